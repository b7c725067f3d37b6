# The standalone runner with a Java of its own, on Debian: docker build -t openhands-runner .
#
# Every RUN calls a script of deploy/image, so that a test can run the same ones without Docker (ImageIT). The images are
# named by their digests; their tags are for reading. What is written at run time: /data, and /tmp if the database is
# embedded.

FROM maven:3.9.16-eclipse-temurin-25@sha256:d67198007bb4441b07d45587320f83154de80ece3608f80408ef14c6ea847753 AS build
WORKDIR /src
COPY . ./
RUN deploy/image/build /opt/openhands-runner
RUN deploy/image/link /opt/openhands-runner
# PostgreSQL, which the runner starts here, refuses to run as root.
USER nobody
RUN deploy/image/train /opt/openhands-runner /tmp/runner.aot
# Made here, empty, to be copied with another owner.
WORKDIR /data

# Not one without a shell: PostgreSQL's pg_ctl starts the server by /bin/sh.
FROM debian:trixie-20260918-slim@sha256:a99cfc517144bc59b1978475ec53b46ecabec7e43635402ee5b77cc54cd1b20a
# initdb asks for the name of its user.
COPY deploy/image/passwd deploy/image/group /etc/
# Where it was trained: Java takes the cache only with the jars at the paths that it was made with.
COPY --from=build /opt/openhands-runner /opt/openhands-runner
COPY --from=build /tmp/runner.aot /opt/openhands-runner/
COPY --from=build --chown=10001:10001 /data /data
ENV LANG=C.UTF-8 OPENHANDS_SERVER_HOST=0.0.0.0 PATH=/opt/openhands-runner/bin:$PATH
EXPOSE 8080
VOLUME /data
WORKDIR /data
USER 10001:10001
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["/opt/openhands-runner/bin/openhands-runner", "health"]
ENTRYPOINT ["/opt/openhands-runner/bin/openhands-runner"]
CMD ["serve"]
