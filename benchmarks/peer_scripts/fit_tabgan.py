"""tabgan at its defaults; a budget is generator iterations."""

from measure import measure

from tabgan import WGANGPSynthesizer


def fit(train, budget):
    settings = {} if budget is None else {"iterations": budget}
    return WGANGPSynthesizer(random_state=0, device="cpu", **settings).fit(train).sample


if __name__ == "__main__":
    measure(fit)
