"""Forecasts of a series of equal steps: the DWT-PCA-LSTM hybrid, its rivals, a linear model, baselines, backtests."""
