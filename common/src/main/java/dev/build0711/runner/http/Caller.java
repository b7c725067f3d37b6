package dev.build0711.runner.http;

import java.util.Set;

/// Who asks, as far as that matters: which projects and what for.
///
/// @param projects the projects the caller may use; empty is all
/// @param scopes what the caller may do; empty is everything
public record Caller(Set<String> projects, Set<Scope> scopes) {

  /// Whoever asks where nobody has to say who he is.
  public static final Caller ANYBODY = new Caller(Set.of(), Set.of());

  public Caller {
    projects = Set.copyOf(projects);
    scopes = Set.copyOf(scopes);
  }

  public boolean may(Scope scope) {
    return scopes.isEmpty() || scopes.contains(scope);
  }

  /// Refuses a project that the caller may not use.
  ///
  /// @throws ProblemException `project_not_allowed` if the caller has not that project
  public void requireProject(String project) {
    if (!projects.isEmpty() && !projects.contains(project)) {
      throw new ProblemException(
          ProblemType.PROJECT_NOT_ALLOWED, "The token may not be used for this project_id.");
    }
  }

  void require(Scope scope) {
    if (!may(scope)) {
      throw new ProblemException(
          ProblemType.INSUFFICIENT_SCOPE, "The token lacks the scope " + scope + ".");
    }
  }
}
