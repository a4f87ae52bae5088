# The page is built and the packages are installed with a Node that has npm; what runs is the Node that the lock file pins.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run --silent build && npm prune --omit=dev

FROM debian:bookworm-slim
# ssh: instances; wget, curl and aria2: cards that run here; gpgv: signed lists; libatomic1: Node; tini: the first process.
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      aria2 ca-certificates curl git gpgv libatomic1 openssh-client procps tini tzdata wget \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
ENV PUID=1000 PGID=1000 TZ=Etc/UTC HOME=/config \
    NODE_COMPILE_CACHE=/tmp/haulyard-compiled \
    PATH=/app/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    HAULYARD_HOST=0.0.0.0 \
    HAULYARD_DATA=/config \
    HAULYARD_MODEL_CONFIGS=/config/model_configs.json \
    HAULYARD_RESOURCES=/config/resources \
    HAULYARD_DOWNLOADS=/downloads \
    HAULYARD_MODELS_DIR=/downloads/models \
    HAULYARD_IMAGES_DIR=/downloads/images
WORKDIR /config
VOLUME ["/config", "/downloads"]
EXPOSE 8866
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["haulyard", "ready"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/app/deploy/docker/entrypoint.sh"]
# The entrypoint gives its process up to this one, so tini is the first process and may signal what it starts.
CMD ["tini", "--", "haulyard", "serve"]
