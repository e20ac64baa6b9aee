# The server in a container: built from the checkout, run from its package alone.
#
#   docker build -t senoscope --build-arg SENOSCOPE_COMMIT="$(git rev-parse HEAD)" .
#   docker run --rm -p 127.0.0.1:8080:8080 --read-only --cap-drop ALL senoscope
#
# It prints a token at its start, which every request needs. Other models:
#   docker run … -v /my/models:/models:ro senoscope serve --host 0.0.0.0 --models /models

FROM maven:3-eclipse-temurin-25 AS build
ARG SENOSCOPE_COMMIT=unknown
WORKDIR /src
COPY . .
# Without start-up caches: the image is 41 MB smaller, and its files are the same each time.
RUN SENOSCOPE_NO_CACHE=1 ./senoscope package --no-cache --out /tmp/senoscope.tar.gz
RUN mkdir /opt/senoscope && tar -xzf /tmp/senoscope.tar.gz -C /opt/senoscope --strip-components=1

# Debian for its C and C++ libraries and its shells; nothing is installed.
FROM debian:13-slim
COPY --from=build /opt/senoscope /opt/senoscope
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080; printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3; read -r line <&3; [[ $line == *' 200 '* ]]"]
ENTRYPOINT ["/opt/senoscope/senoscope"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080"]
