package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.run.Repository;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// How to reach the git host of a repository.
@FunctionalInterface
public interface GitAccess {

  /// The way to the host of `repository`; null where nothing is configured for that host, which is
  /// then reached over https without a token.
  @Nullable Remote to(Repository repository);

  /// A git host as it is configured.
  ///
  /// @param baseUrl what comes before `/owner/name.git`
  /// @param token reads the repositories and is given to the agent, which pushes with it
  record Remote(URI baseUrl, @Nullable String token) {

    @Override
    public String toString() {
      return "Remote[" + baseUrl + (token == null ? "]" : ", ***]");
    }
  }
}
