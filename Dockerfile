FROM python:3.13-slim
ENV PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /source
COPY . .
RUN python3 -m pip install --quiet .
# Nothing that is linted needs more than reading.
USER 65534:65534
WORKDIR /repository
ENTRYPOINT ["rtlint"]
