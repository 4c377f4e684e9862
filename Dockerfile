# docker build -t tabgan .
# docker run --rm -v "$PWD:/work" --user "$(id -u):$(id -g)" tabgan fit data.csv
FROM python:3.12-slim AS build
WORKDIR /source
COPY constraints.txt ./
# The CPU build first, which the extra index has: the plain one brings CUDA, 5.8 GB.
ARG PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu
RUN python -m venv /opt/tabgan && /opt/tabgan/bin/pip install --no-cache-dir -c constraints.txt torch
COPY pyproject.toml README.md LICENSE MANIFEST.in tabgan_wgangp.py ./
COPY tabgan tabgan
RUN /opt/tabgan/bin/pip install --no-cache-dir -c constraints.txt ".[excel]"

FROM python:3.12-slim
RUN useradd --uid 1000 --create-home tabgan
COPY --from=build /opt/tabgan /opt/tabgan
ENV PATH=/opt/tabgan/bin:$PATH \
    MPLCONFIGDIR=/tmp/matplotlib \
    PYTHONUNBUFFERED=1
USER 1000
WORKDIR /work
ENTRYPOINT ["tabgan"]
CMD ["--help"]
