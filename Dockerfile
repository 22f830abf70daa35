# One static binary in an empty image, run by a user without rights.
#   docker build -t laurel .
#   docker run -p 8080:8080 -v laurel:/data laurel
FROM --platform=$BUILDPLATFORM golang:1.26 AS build
ARG TARGETOS TARGETARCH
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# timetzdata: organisations have time zones, and the image has no zone files.
RUN mkdir -p /image/data /image/tmp && \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -tags timetzdata -ldflags='-s -w' -o /image/ ./cmd/laurel ./cmd/laurel-verify

FROM scratch
# Certificate authorities, for mail and sign-in over TLS.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /image/laurel /image/laurel-verify /
# Data, and room for uploads in flight.
COPY --from=build --chown=65532:65532 /image/data /data
COPY --from=build --chown=65532:65532 /image/tmp /tmp
USER 65532:65532
ENV LAUREL_ADDR=:8080 LAUREL_DATA=/data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/laurel", "healthcheck"]
ENTRYPOINT ["/laurel"]
CMD ["serve"]
