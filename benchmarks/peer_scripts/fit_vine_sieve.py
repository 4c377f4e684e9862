"""tabgan's vine copula, without a network, under tabgan's sieve; it has no budget."""

from measure import measure

from tabgan import VineCopulaSynthesizer


def fit(train, budget):
    return VineCopulaSynthesizer(random_state=0).fit(train).sample


if __name__ == "__main__":
    measure(fit)
