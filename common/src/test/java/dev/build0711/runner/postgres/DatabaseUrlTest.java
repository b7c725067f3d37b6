package dev.build0711.runner.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://ada:s3cr3t@db.acme.test:6432/runner?sslmode=require",
        "postgres://ada:s3cr3t@db.acme.test:6432/runner?sslmode=require",
        "postgresql+psycopg2://ada:s3cr3t@db.acme.test:6432/runner?sslmode=require",
        "  postgresql+asyncpg://ada:s3cr3t@db.acme.test:6432/runner?sslmode=require\n",
        "postgresql://db.acme.test:6432/runner?user=ada&sslmode=require&password=s3cr3t",
        "jdbc:postgresql://db.acme.test:6432/runner?user=ada&password=s3cr3t&sslmode=require",
      })
  void everyWayOfWritingItMeansTheSame(String text) {
    assertThat(DatabaseUrl.parse(text))
        .isEqualTo(
            new DatabaseUrl(
                "jdbc:postgresql://db.acme.test:6432/runner?sslmode=require", "ada", "s3cr3t"));
  }

  @Test
  void userAndPasswordArePercentDecodedAndAPlusIsAPlus() {
    assertThat(DatabaseUrl.parse("postgres://a%40b:p%2F%3A%25+%C3%BC@db/runner"))
        .isEqualTo(new DatabaseUrl("jdbc:postgresql://db/runner", "a@b", "p/:%+ü"));
  }

  @Test
  void userAndPasswordMayBeLeftOut() {
    assertThat(DatabaseUrl.parse("postgresql://db/runner"))
        .isEqualTo(new DatabaseUrl("jdbc:postgresql://db/runner", null, null));
    assertThat(DatabaseUrl.parse("postgresql://ada@db/runner").password()).isNull();
  }

  @Test
  void anIpv6AddressAndASecondHostAreKept() {
    assertThat(DatabaseUrl.parse("postgresql://ada:x@[::1]:5433/runner").jdbcUrl())
        .isEqualTo("jdbc:postgresql://[::1]:5433/runner");
    assertThat(DatabaseUrl.parse("postgresql://ada:x@one:5432,two:5432/runner").jdbcUrl())
        .isEqualTo("jdbc:postgresql://one:5432,two:5432/runner");
  }

  @Test
  void aSocketFactoryNeedsNoHost() {
    assertThat(
            DatabaseUrl.parse("jdbc:postgresql:///runner?socketFactory=com.acme.Sockets&user=ada"))
        .isEqualTo(
            new DatabaseUrl(
                "jdbc:postgresql:///runner?socketFactory=com.acme.Sockets", "ada", null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "mysql://ada:s3cr3t@db/runner",
        "jdbc:mysql://db/runner?password=s3cr3t",
        "jdbc:postgresql://ada:s3cr3t@db/runner",
        "postgresql://ada:s3cr3t@db",
        "postgresql://ada:s3cr3t@db/",
        "postgresql://ada:s3cr3t@/runner?host=/var/run",
        "postgresql://ada:s3cr3t^@db/runner",
        "postgresql://ada:s3cr3t%@db/runner",
        "postgresql://ada:s3cr3t%zz@db/runner",
        "ada:s3cr3t@db/runner",
        "db.acme.test",
      })
  void whatIsWrongIsSaidWithoutThePassword(String text) {
    assertThatThrownBy(() -> DatabaseUrl.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .isNotBlank()
        .doesNotContain("s3cr3t")
        .doesNotContain("ada");
  }

  @Test
  void thePasswordIsNeverPrinted() {
    assertThat(DatabaseUrl.parse("postgresql://ada:s3cr3t@db/runner").toString())
        .doesNotContain("s3cr3t")
        .contains("***");
  }
}
