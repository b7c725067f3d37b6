package dev.build0711.runner.app;

import dev.build0711.runner.run.Clues;
import dev.build0711.runner.run.Evidence.GitActivity;
import dev.build0711.runner.run.GitProvider;
import dev.build0711.runner.run.PullRequest;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// [Testimony] ↔ the facts that the ledger keeps, as JSON values: enough to try the ladder again
/// later.
final class TestimonyFacts {

  private TestimonyFacts() {}

  static Map<String, Object> write(Testimony testimony) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("clues", json(testimony.clues()));
    PullRequest pull = testimony.pullRequest();
    if (pull != null) {
      facts.put("pull_request", json(pull));
    }
    GitActivity activity = testimony.activity();
    if (activity != null) {
      facts.put("activity_type", activity.type().toString());
      facts.put("activity", activity.data());
    }
    return facts;
  }

  /// Empty where the facts do not say enough, as those of former releases.
  static Optional<Testimony> read(Map<String, Object> facts) {
    try {
      Clues clues = clues(new Facts(facts.get("clues")));
      Object pull = facts.get("pull_request");
      Object activity = facts.get("activity");
      return Optional.of(
          new Testimony(
              clues,
              pull == null ? null : pullRequest(clues.repository(), new Facts(pull)),
              activity == null ? null : activity(clues.repository(), facts, activity)));
    } catch (RuntimeException e) {
      // whatever is amiss with them, the delivery stays what it is: unlinked
      return Optional.empty();
    }
  }

  private static Map<String, Object> json(Clues clues) {
    Repository repository = clues.repository();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("provider", repository.provider().toString());
    json.put("host", repository.host());
    json.put("repository", repository.path());
    put(json, "repository_id", repository.id());
    json.put("numbers", clues.numbers());
    json.put("head_shas", clues.headShas());
    put(json, "marker", clues.marker() == null ? null : clues.marker().toString());
    put(json, "branch", clues.branch());
    json.put("conversations", clues.conversations());
    put(json, "url", clues.url());
    return json;
  }

  private static Map<String, Object> json(PullRequest pull) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("number", pull.number());
    json.put("url", pull.url());
    json.put("state", pull.state().toString());
    json.put("draft", pull.draft());
    json.put("head_branch", pull.headBranch());
    json.put("head_sha", pull.headSha());
    put(json, "head_repository_id", pull.headRepositoryId());
    put(json, "merge_commit_sha", pull.mergeCommitSha());
    json.put("created_at", pull.createdAt().toString());
    json.put("updated_at", pull.updatedAt().toString());
    return json;
  }

  private static void put(Map<String, Object> json, String name, @Nullable Object value) {
    if (value != null) {
      json.put(name, value);
    }
  }

  private static Clues clues(Facts facts) {
    Repository repository =
        new Repository(
            word(GitProvider.values(), facts.text("provider")),
            facts.text("host"),
            facts.text("repository"),
            facts.numberOrNull("repository_id"));
    String marker = facts.textOrNull("marker");
    return new Clues(
        repository,
        facts.list("numbers").stream().map(number -> ((Number) number).longValue()).toList(),
        facts.list("head_shas").stream().map(Object::toString).toList(),
        marker == null ? null : RunId.parse(marker),
        facts.textOrNull("branch"),
        facts.list("conversations").stream().map(Object::toString).toList(),
        facts.textOrNull("url"));
  }

  private static PullRequest pullRequest(Repository repository, Facts facts) {
    return new PullRequest(
        repository,
        facts.number("number"),
        facts.text("url"),
        word(PullRequest.State.values(), facts.text("state")),
        facts.flag("draft"),
        facts.text("head_branch"),
        facts.text("head_sha"),
        facts.numberOrNull("head_repository_id"),
        facts.textOrNull("merge_commit_sha"),
        Instant.parse(facts.text("created_at")),
        Instant.parse(facts.text("updated_at")));
  }

  private static GitActivity activity(
      Repository repository, Map<String, Object> facts, Object data) {
    String type = new Facts(facts).text("activity_type");
    return new GitActivity(
        word(RunEvent.Type.values(), type), repository.id(), new Facts(data).members());
  }

  private static <E> E word(E[] words, String wanted) {
    return Arrays.stream(words)
        .filter(word -> word.toString().equals(wanted))
        .findFirst()
        .orElseThrow();
  }

  /// A JSON object with its members by name.
  private record Facts(Map<String, Object> members) {

    Facts(@Nullable Object json) {
      this(named(json));
    }

    private static Map<String, Object> named(@Nullable Object json) {
      Map<String, Object> members = new LinkedHashMap<>();
      if (json instanceof Map<?, ?> map) {
        map.forEach((name, member) -> put(members, String.valueOf(name), member));
      }
      return members;
    }

    String text(String name) {
      String text = textOrNull(name);
      if (text == null) {
        throw new NoSuchElementException(name);
      }
      return text;
    }

    @Nullable String textOrNull(String name) {
      Object member = members.get(name);
      return member == null ? null : member.toString();
    }

    long number(String name) {
      Long number = numberOrNull(name);
      if (number == null) {
        throw new NoSuchElementException(name);
      }
      return number;
    }

    @Nullable Long numberOrNull(String name) {
      return members.get(name) instanceof Number number ? number.longValue() : null;
    }

    boolean flag(String name) {
      return Boolean.TRUE.equals(members.get(name));
    }

    List<?> list(String name) {
      return members.get(name) instanceof List<?> list ? list : List.of();
    }
  }
}
