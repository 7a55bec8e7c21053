# One image for web, worker, the one-shot services and the bundled S3 server. Built from the locks only.
FROM node:22-bookworm-slim AS bundle
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY vite.config.ts tsconfig.json ./
COPY frontend frontend
RUN npm run build

# The Python that the tests run on; requirements.txt is locked for it.
FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /app
COPY requirements.txt ./
RUN pip install --require-hashes --only-binary=:all: -r requirements.txt
COPY kultour kultour
COPY events events
COPY streaming streaming
COPY frontend frontend
COPY deploy/healthcheck.py deploy/healthcheck.py
COPY LICENSE ./
COPY --from=bundle /app/frontend/dist frontend/dist
# The marker tells `python3 -m kultour` that there is nothing to install; see kultour/setup/python.py.
RUN touch .kultour-image \
    && python3 -c "from kultour.translations import compile_catalogues; compile_catalogues()" \
    && python3 -m compileall -q kultour events streaming \
    && useradd --system --uid 10001 --no-create-home --home-dir /data kultour \
    && install -d -o kultour -g kultour /data /srv/s3
USER kultour
ENV PYTHONDONTWRITEBYTECODE=1
EXPOSE 8000/tcp 40000/udp 40000/tcp
CMD ["python3", "-m", "kultour", "serve", "--port", "8000"]
