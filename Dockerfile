# A glibc image: the matching engine has no musl wheels.
FROM python:3.13-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY bot bot
COPY rules rules
RUN useradd --system burndown && mkdir /data && chown burndown /data
USER burndown
ENV HOST=0.0.0.0 DATABASE_URL=sqlite:////data/burndown.db
EXPOSE 3000
CMD ["python", "-m", "bot", "serve"]
