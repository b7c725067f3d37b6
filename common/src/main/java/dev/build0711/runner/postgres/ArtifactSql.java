package dev.build0711.runner.postgres;

/// The statements about what runs left.
final class ArtifactSql {

  private ArtifactSql() {}

  static final String KEEP =
      """
      insert into run_artifact (
        run_id, name, media_type, size, sha256, truncated, bytes, created_at)
      values (?, ?, ?, ?, ?, ?, ?, now())
      on conflict (run_id, name) do update
      set media_type = excluded.media_type, size = excluded.size, sha256 = excluded.sha256,
          truncated = excluded.truncated, bytes = excluded.bytes,
          created_at = excluded.created_at
      returning name
      """;

  static final String LIST =
      """
      select name, media_type, size, sha256, truncated
      from run_artifact
      where run_id = ?
      order by name
      limit ?
      """;

  static final String BYTES =
      """
      select bytes from run_artifact where run_id = ? and name = ? and sha256 = ?
      """;

  static final String FORGET =
      """
      delete from run_artifact where run_id = ? returning name
      """;
}
