# Shakedown with what it needs: Node, k6 with its replay module, Toxiproxy, Chromium, PostgreSQL for the sample shop. It does not run as root.
#   docker build -t shakedown .
#   docker run --rm -v "$PWD/reports:/project/reports" shakedown simulate --duration 1m       # the bundled sample shop
#   docker run --rm -v "$PWD:/project" --network host shakedown simulate --duration 5m --policy five-minutes
# The folder that is mounted must be writable for user 1000; `--user "$(id -u)"` takes another one.
ARG GO_IMAGE=golang:1.26-bookworm
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${GO_IMAGE} AS programs
ENV CGO_ENABLED=0
WORKDIR /src
COPY load/k6 k6
RUN cd k6 && go build -trimpath -ldflags '-s -w' -o /out/k6 .
COPY chaos/toxiproxy toxiproxy
RUN cd toxiproxy && go build -trimpath -ldflags '-s -w' -o /out/toxiproxy-server github.com/Shopify/toxiproxy/v2/cmd/server

FROM ${NODE_IMAGE} AS package
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm pack && mv shakedown-*.tgz /shakedown.tgz

FROM ${NODE_IMAGE}
# procps ends what a run started, openssh-client signs, openssl makes keys.
RUN apt-get update \
  && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates chromium openssh-client openssl procps \
  && rm -rf /var/lib/apt/lists/*
COPY --from=package /shakedown.tgz /tmp/shakedown.tgz
# No install script is needed, so none is run.
RUN npm install --global --ignore-scripts --omit=dev /tmp/shakedown.tgz && rm /tmp/shakedown.tgz && npm cache clean --force
COPY --from=programs /out/ /usr/local/bin/
ENV SHAKEDOWN_K6=/usr/local/bin/k6 SHAKEDOWN_TOXIPROXY=/usr/local/bin/toxiproxy-server XDG_CACHE_HOME=/tmp/cache
RUN mkdir -p /project && chown 1000:1000 /project
WORKDIR /project
USER 1000:1000
ENTRYPOINT ["shakedown"]
CMD ["--help"]
