package dev.build0711.runner.cloudsql;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import dev.build0711.runner.port.Secrets.SecretUnavailable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The access token of the service account that the process runs as, which Cloud SQL takes for a
/// password ([login by IAM](https://docs.cloud.google.com/sql/docs/postgres/iam-logins)). A token
/// holds for an hour; a connection made with it holds on. Safe for use by many threads.
public final class LoginToken {

  private static final String SCOPE = "https://www.googleapis.com/auth/sqlservice.login";

  private final Account origin;
  private @Nullable GoogleCredentials account;

  /// That of the process itself.
  public LoginToken() {
    this(() -> GoogleCredentials.getApplicationDefault().createScoped(SCOPE));
  }

  /// @param origin finds the account, asked for once it is needed, until it was found
  public LoginToken(Account origin) {
    this.origin = origin;
  }

  /// Where the account comes from.
  @FunctionalInterface
  public interface Account {

    /// The account, with the right to log in.
    ///
    /// @throws IOException if this machine has none
    GoogleCredentials find() throws IOException;
  }

  /// A token that holds for some minutes at least, fetched where the last one does not.
  ///
  /// @throws SecretUnavailable if there is none now
  public String current() {
    try {
      GoogleCredentials here = account();
      here.refreshIfExpired();
      return value(here);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  /// A token fetched now, whatever the last one was.
  ///
  /// @throws SecretUnavailable if there is none now
  public String renewed() {
    try {
      GoogleCredentials here = account();
      here.refresh();
      return value(here);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private static String value(GoogleCredentials account) throws IOException {
    AccessToken token = account.getAccessToken();
    if (token == null) {
      throw new IOException("the account has no access token");
    }
    return token.getTokenValue();
  }

  private synchronized GoogleCredentials account() throws IOException {
    if (account == null) {
      account = origin.find();
    }
    return account;
  }

  private static SecretUnavailable unavailable(IOException e) {
    return new SecretUnavailable("no access token for the database", e);
  }
}
