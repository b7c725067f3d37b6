package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.build0711.runner.testing.PostgresExtension;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.sql.DataSource;

/// A PostgreSQL that lets accounts in as Cloud SQL does: over TLS alone, with a certificate of its
/// own, and with the account's access token as password.
final class CloudSql implements AutoCloseable {

  private static final char[] PASSWORD = "of-the-key-store".toCharArray();

  private final EmbeddedPostgres server;
  private final String account;

  /// @param account the one that may log in
  CloudSql(Path folder, String account) throws Exception {
    Path rules =
        Files.writeString(
            folder.resolve("hba.conf"),
            """
            host all postgres localhost trust
            hostssl all all localhost password
            """);
    Path keys = keys(folder.resolve("keys.p12"));
    server =
        EmbeddedPostgres.builder()
            .setServerConfig("hba_file", rules.toString())
            .setServerConfig("ssl", "on")
            .setServerConfig("ssl_cert_file", certificate(keys).toString())
            .setServerConfig("ssl_key_file", key(keys).toString())
            .start();
    this.account = account;
    PostgresExtension.execute(
        owner(),
        """
        create role cloudsqliamserviceaccount nologin;
        create role "%s" login in role cloudsqliamserviceaccount
        """
            .formatted(account));
  }

  /// As who owns the schema.
  DataSource owner() {
    return server.getPostgresDatabase();
  }

  /// Where a URL's host and database are here.
  String at(String url) {
    return url.replaceFirst("//[^?]+", "//localhost:" + server.getPort() + "/postgres");
  }

  /// From now on this token logs in and no other; whoever is logged in is sent away.
  void takes(String token) {
    PostgresExtension.execute(owner(), "alter role \"%s\" password '%s'".formatted(account, token));
    PostgresExtension.execute(
        owner(),
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = '%s'"
            .formatted(account));
  }

  private static Path keys(Path store) throws IOException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-keyalg",
                    "RSA",
                    "-alias",
                    "server",
                    "-dname",
                    "CN=cloud-sql",
                    "-keystore",
                    store.toString(),
                    "-storepass",
                    new String(PASSWORD)))
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    return store;
  }

  private static Path certificate(Path keys) throws IOException, GeneralSecurityException {
    return pem(
        keys.resolveSibling("server.crt"),
        "CERTIFICATE",
        opened(keys).getCertificate("server").getEncoded());
  }

  private static Path key(Path keys) throws IOException, GeneralSecurityException {
    return pem(
        keys.resolveSibling("server.key"),
        "PRIVATE KEY",
        opened(keys).getKey("server", PASSWORD).getEncoded());
  }

  private static KeyStore opened(Path keys) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  /// PostgreSQL refuses a key that others may read.
  private static Path pem(Path file, String type, byte[] content) throws IOException {
    Files.writeString(
        file,
        "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
            .formatted(type, Base64.getMimeEncoder().encodeToString(content)));
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
