"""Classical augmentations of windows of time series: quick, without a model, and enough for most classifiers.

`augment` takes one by its name; each is a class, too, with `fit`, `sample` and `transform`. All are names of
`tabgan.augmentation`.
"""
