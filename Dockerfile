# The typeface of the pages; nothing of Node is in the image that runs.
FROM node:22-slim AS typeface
WORKDIR /srv/kashan-diplomacy
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv/kashan-diplomacy
COPY requirements.txt requirements-machines.txt ./
RUN pip install --require-hashes -r requirements-machines.txt
COPY . .
COPY --from=typeface /srv/kashan-diplomacy/node_modules node_modules
# No secret is needed to collect the static files, and none stays in the image.
RUN DEBUG=True python manage.py check \
    && SECRET_KEY=only-to-collect-static-files python manage.py collectstatic --no-input \
    && useradd --uid 10001 --no-create-home kashan \
    && install -d -o kashan -g kashan -m 0750 /var/lib/kashan-diplomacy /var/backups/kashan-diplomacy
USER kashan
ENV MEDIA_ROOT=/var/lib/kashan-diplomacy/media BIND=0.0.0.0:8001
EXPOSE 8001
CMD ["gunicorn"]
