"""Forecasts of a daily or hourly demand: the DWT-PCA-LSTM hybrid, its rivals, baselines and backtests."""
