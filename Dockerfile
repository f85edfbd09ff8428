# One image for web, worker, beat and migrate; docker-compose.yml says which it is.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUTF8=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    VAR_DIR=/app/var

# A fixed number, so that the owner of the files volume stays the same when the image is built anew.
RUN useradd --uid 10001 --create-home --home-dir /home/poverty --shell /usr/sbin/nologin poverty

WORKDIR /app
# Packages before the code: a change of code then builds in seconds.
COPY requirements.txt ./
RUN pip install --require-hashes -r requirements.txt

COPY . .
# collectstatic needs settings, settings need keys: without DATABASE_URL they are made in a folder that is thrown away.
RUN VAR_DIR=/tmp/build python manage.py collectstatic --noinput -v 0 \
    && rm -rf /tmp/build \
    && mkdir -p /app/var/files /app/var/celery \
    && chown -R poverty:poverty /app/var

USER poverty
EXPOSE 8000

# Requests are answered in threads because they wait for the database; two processes for two cores.
CMD ["sh", "-c", "exec gunicorn poverty.wsgi --bind 0.0.0.0:8000 --workers ${WEB_WORKERS:-2} --worker-class gthread --threads 4 --timeout 120 --graceful-timeout 20 --worker-tmp-dir /dev/shm --log-level warning --forwarded-allow-ips \"${TRUSTED_PROXIES:-127.0.0.1}\""]
