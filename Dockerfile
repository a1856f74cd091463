# The dashboard in a container: an ordinary user, and nothing written outside /tmp.
#   docker build --tag adcore .
#   docker run --rm --read-only --tmpfs /tmp:size=2g --cap-drop ALL --security-opt no-new-privileges --memory 6g \
#       --pids-limit 512 --env ADCORE_SIGN_IN=none --publish 127.0.0.1:8501:8501 adcore
# TORCH_INDEX as in the Makefile: --build-arg TORCH_INDEX=... takes PyTorch's CPU build, by version instead of hash.
# BASE by its digest; renew it with each release (docs/how-to/deploy-behind-a-proxy.md).

ARG BASE=python:3.11-slim@sha256:e88e9763f943ec1834f992a4b51e0f24500486803e8bc534e5767af9ea65f6ce
FROM ${BASE} AS build
ARG TORCH_INDEX=""
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /srv/adcore
COPY requirements.txt requirements.lock requirements-torch.lock ./
RUN if [ -n "$TORCH_INDEX" ]; then pip install --no-deps --index-url "$TORCH_INDEX" --constraint requirements.txt torch torchvision; \
    else pip install --no-deps --require-hashes --requirement requirements-torch.lock; fi \
    && pip install --no-deps --require-hashes --requirement requirements.lock
COPY pyproject.toml setup.py README.md LICENSE ./
COPY adcore/ adcore/
COPY app/ app/
# Editable, because app and pages run from here, and Streamlit finds the viewer's files through the installed project.
RUN pip install --no-deps --no-build-isolation --editable . \
    && python -m compileall -q adcore app \
    && pip uninstall --yes pip

FROM ${BASE}
RUN useradd --uid 10001 --no-create-home --home-dir /tmp adcore
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/adcore /srv/adcore
WORKDIR /srv/adcore
COPY .streamlit/ .streamlit/
COPY pages/ pages/
COPY assets/ assets/
COPY models/ models/
ENV PATH=/opt/venv/bin:$PATH \
    HOME=/tmp \
    XDG_CACHE_HOME=/tmp/cache \
    MPLCONFIGDIR=/tmp/matplotlib \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    OMP_WAIT_POLICY=PASSIVE \
    MALLOC_MMAP_THRESHOLD_=1073741824 \
    MALLOC_TRIM_THRESHOLD_=4294967296
USER 10001
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
# Its welcome would ask other machines for the addresses of this one.
CMD ["streamlit", "run", "app/server.py", "--server.address=0.0.0.0", "--server.port=8501", "--logger.hideWelcomeMessage=true"]
