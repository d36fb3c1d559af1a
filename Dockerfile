# Spark with the jars of the build, this project's jar, and the examples.
FROM debian:bookworm-slim

RUN apt-get update \
 && apt-get install --yes --no-install-recommends openjdk-17-jre-headless \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home spark

WORKDIR /opt/spark-cumsum
ARG SPARK_VERSION
COPY target/spark-${SPARK_VERSION}/jars target/spark-${SPARK_VERSION}/jars
COPY examples examples
COPY target/spark-cumsum_*.jar target/

ENV SPARK_VERSION=${SPARK_VERSION}
USER spark
