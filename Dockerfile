# Two stages: one builds the wheel with its pages, the other runs it as an ordinary user against a PostgreSQL of yours.
FROM node:22-bookworm-slim AS node

FROM python:3.11-slim-bookworm AS build
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s /usr/local/lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /src
COPY . .
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.11-slim-bookworm
COPY runtime.lock /tmp/runtime.lock
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --require-hashes -r /tmp/runtime.lock \
 && pip install --no-cache-dir --no-deps /wheels/*.whl \
 && rm -rf /wheels /tmp/runtime.lock \
 && useradd --system --no-create-home --shell /usr/sbin/nologin sahih \
 && install -d -o sahih -g sahih -m 0700 /var/lib/sahih /var/lib/sahih/backups
USER sahih
# Backups and their mark: a volume of yours belongs here. A new one takes over this folder's owner.
ENV SAHIH_HOME=/var/lib/sahih
EXPOSE 8000
# The address of the TLS proxy whose X-Forwarded-For is believed. Set it where the proxy is another host or container:
# otherwise every request seems to come from the proxy, and failed log-ins of one person count for all.
ENV FORWARDED_ALLOW_IPS=127.0.0.1
# One check for both kinds of container: the server by its answer, the worker (which listens to nothing) by its pulse.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["python", "-m", "app.core.health"]
# The environment decides the rest: SAHIH_PUBLIC_URL, SAHIH_SECRETS, SAHIH_BANK_KEYS, DATABASE_URL, SAHIH_EXAM_URL. The worker is `sahih worker`.
CMD ["sahih", "serve", "--host", "0.0.0.0", "--port", "8000"]
