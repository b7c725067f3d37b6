package dev.build0711.runner.postgres;

import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.port.ArtifactStore;
import dev.build0711.runner.port.Blobs;
import dev.build0711.runner.port.StorageUnavailable;
import dev.build0711.runner.run.RunId;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// What runs left, listed in PostgreSQL; the bytes lie in the same row, or outside under their
/// digest, so that a row never names bytes of another time. Bytes that were kept in rows are read
/// from there also when new ones are kept outside.
public final class PostgresArtifactStore implements ArtifactStore {

  private final Jdbc jdbc;
  private final @Nullable Blobs outside;

  /// Does not connect before it is used.
  ///
  /// @param outside what keeps the bytes, null for the database itself
  public PostgresArtifactStore(DataSource source, @Nullable Blobs outside) {
    this.jdbc = new Jdbc(source);
    this.outside = outside;
  }

  @Override
  public void keep(RunId id, List<Artifact> artifacts) {
    if (artifacts.size() > MOST) {
      throw new IllegalArgumentException("a run keeps no more than " + MOST + " artifacts");
    }
    if (outside != null) {
      artifacts.forEach(
          one -> outside.put(id, key(one.name(), Artifact.digest(one.bytes())), one.bytes()));
    }
    jdbc.transaction(session -> {
      for (Artifact one : artifacts) {
        session.list(ArtifactSql.KEEP, to -> bind(to, id, one), row -> row.text("name"));
      }
      return artifacts.size();
    });
  }

  private void bind(Parameters to, RunId id, Artifact one) throws SQLException {
    to.uuid(id.value())
        .text(one.name())
        .text(one.mediaType())
        .number(one.bytes().length)
        .text(Artifact.digest(one.bytes()))
        .flag(one.truncated())
        .bytes(outside == null ? one.bytes() : null);
  }

  @Override
  public List<Kept> list(RunId id) {
    return jdbc.list(
        ArtifactSql.LIST, to -> to.uuid(id.value()).number(MOST), PostgresArtifactStore::kept);
  }

  @Override
  public byte[] read(RunId id, Kept kept) {
    byte[] bytes =
        jdbc.first(
                ArtifactSql.BYTES,
                to -> to.uuid(id.value()).text(kept.name()).text(kept.sha256()),
                row -> Optional.ofNullable(row.bytesOrNull("bytes")))
            .orElseThrow(() -> unreadable("it was replaced meanwhile"))
            .orElseGet(() -> fromOutside(id, kept));
    if (!Artifact.digest(bytes).equals(kept.sha256())) {
      throw unreadable("its bytes have changed");
    }
    return bytes;
  }

  private byte[] fromOutside(RunId id, Kept kept) {
    if (outside == null) {
      throw unreadable("its bytes are not in the database");
    }
    return outside.get(id, key(kept.name(), kept.sha256()));
  }

  @Override
  public void forget(RunId id) {
    if (outside != null) {
      outside.remove(id);
    }
    jdbc.list(ArtifactSql.FORGET, to -> to.uuid(id.value()), row -> row.text("name"));
  }

  private static String key(String name, String sha256) {
    return sha256 + "-" + name;
  }

  private static Kept kept(Row row) throws SQLException {
    return new Kept(
        row.text("name"),
        row.text("media_type"),
        row.number("size"),
        row.text("sha256"),
        row.flag("truncated"));
  }

  private static StorageUnavailable unreadable(String why) {
    return new StorageUnavailable("an artifact cannot be read", new IllegalStateException(why));
  }
}
