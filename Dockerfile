# syntax=docker/dockerfile:1
# The image for production: web by default, jobs and one-shot commands by another command line.
# compose.yaml shows all of them; docs/operations.md explains the environment.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.txt .
# The lock is complete: nothing is resolved (script/_setup.py says why), and pip check sees to it.
RUN /opt/venv/bin/pip install --no-deps --require-hashes --requirement requirements.txt \
    && /opt/venv/bin/pip check

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONTZPATH= \
    MALLOC_ARENA_MAX=2 \
    BOOKYFLOW_ENV=production \
    BOOKYFLOW_VAR=/srv/bookyflow-var
# What WeasyPrint needs for invoices as PDF, and a font.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home bookyflow \
    && install --directory --owner=bookyflow /srv/bookyflow-var /srv/bookyflow-var/media
COPY --from=build /opt/venv /opt/venv
WORKDIR /srv/bookyflow
COPY . .
# Needs no database and no secret. The files belong to root, so that the site cannot change them.
# Compiled, since the processes write nothing: else each of them compiles it as it starts.
RUN python -m bookyflow.core.catalogues && python manage.py collectstatic --no-input \
    && python -m compileall -q bookyflow features
USER bookyflow
VOLUME /srv/bookyflow-var/media
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/healthz', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0].strip().lstrip('.')}), timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["granian", "--interface", "wsgi", "--no-ws", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "8", "--respawn-failed-workers", "--respawn-interval", "15", \
     "--workers-kill-timeout", "30", "bookyflow.wsgi:application"]
