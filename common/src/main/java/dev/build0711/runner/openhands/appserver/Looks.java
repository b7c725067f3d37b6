package dev.build0711.runner.openhands.appserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.openhands.appserver.Inventory.Found;
import dev.build0711.runner.port.AgentBackend.Watched;
import dev.build0711.runner.run.AgentLook;
import dev.build0711.runner.run.AgentStatus;
import dev.build0711.runner.run.Evidence.AgentSeen;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.OfLook;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Usage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Looks at conversations: one request for the tasks that start some, one for all the others, and
/// one for the events of each that may have new ones.
final class Looks {

  private final Inventory inventory;
  private final Releases releases;
  private final Sight sight;

  Looks(Api api, Releases releases, Sight sight) {
    this.inventory = new Inventory(api);
    this.releases = releases;
    this.sight = sight;
  }

  List<OfLook> look(List<Watched> watched, Deadline deadline) {
    return switch (releases.current(deadline)) {
      case Silent<Release>(var evidence) -> Collections.nCopies(watched.size(), evidence);
      case Got<Release>(Release release) -> look(watched, release, deadline);
    };
  }

  /// One conversation on its way through a look; `done` when it has been judged.
  private record Case(String id, Memory memory, @Nullable OfLook done) {

    Case judged(OfLook verdict) {
      return new Case(id, memory, verdict);
    }
  }

  private List<OfLook> look(List<Watched> watched, Release release, Deadline deadline) {
    List<Case> cases = new ArrayList<>();
    for (Watched one : watched) {
      Case opened = new Case(one.conversation().id(), Memory.parse(one.cursor()), null);
      cases.add(
          Inside.uuid(opened.id()) == null && opened.memory().task() == null
              ? opened.judged(new ConversationMissing())
              : opened);
    }
    List<Case> begun = tasks(cases, release, deadline);
    return conversations(begun, release, deadline);
  }

  private List<Case> tasks(List<Case> cases, Release release, Deadline deadline) {
    List<String> ids =
        cases.stream()
            .map(one -> one.done() == null ? one.memory().task() : null)
            .filter(task -> task != null && Ids.valid(task))
            .toList();
    if (ids.isEmpty()) {
      return cases;
    }
    return switch (inventory.tasks(ids, deadline)) {
      case Silent<Found<StartTask>>(var evidence) ->
          cases.stream()
              .map(one -> one.memory().task() == null ? one : one.judged(evidence))
              .toList();
      case Got<Found<StartTask>>(var found) ->
          cases.stream().map(one -> task(one, found, release)).toList();
    };
  }

  /// A task that is gone leaves the question to the conversation itself.
  private static Case task(Case one, Found<StartTask> found, Release release) {
    String id = one.memory().task();
    if (one.done() != null || id == null) {
      return one;
    }
    return switch (found.get(id)) {
      case Silent<Optional<StartTask>>(var evidence) -> one.judged(evidence);
      case Got<Optional<StartTask>>(var task) -> task(one, task.orElse(null), release);
    };
  }

  private static Case task(Case one, @Nullable StartTask task, Release release) {
    if (task == null || task.ready()) {
      String conversation = task == null ? null : task.conversation();
      return new Case(conversation == null ? one.id() : conversation, one.memory().ready(), null);
    }
    AgentStatus status =
        task.failed()
            ? new AgentStatus.NeverStarted(Reason.START_FAILED)
            : new AgentStatus.Starting();
    boolean news = !task.status().equals(one.memory().phase());
    return one.judged(
        new AgentSeen(
            new AgentLook(
                status,
                news,
                null,
                0,
                null,
                Usage.NONE,
                null,
                List.of(),
                0,
                release.version(),
                one.memory().in(task.status()).toString())));
  }

  private List<OfLook> conversations(List<Case> cases, Release release, Deadline deadline) {
    List<String> ids =
        cases.stream().filter(one -> one.done() == null).map(Case::id).distinct().toList();
    if (ids.isEmpty()) {
      return cases.stream().map(one -> verdict(one, new ConversationMissing())).toList();
    }
    return switch (inventory.conversations(ids, deadline)) {
      case Silent<Found<AppConversation>>(BackendSilent evidence) ->
          cases.stream().map(one -> verdict(one, evidence)).toList();
      case Got<Found<AppConversation>>(var found) ->
          cases.stream().map(one -> conversation(one, found, release, deadline)).toList();
    };
  }

  private static OfLook verdict(Case one, OfLook otherwise) {
    return one.done() == null ? otherwise : one.done();
  }

  private OfLook conversation(
      Case one, Found<AppConversation> found, Release release, Deadline deadline) {
    if (one.done() != null) {
      return one.done();
    }
    return switch (found.get(one.id())) {
      case Silent<Optional<AppConversation>>(var evidence) -> evidence;
      case Got<Optional<AppConversation>>(var there) ->
          there
              .map(seen -> sight.of(seen, one.memory(), release, deadline))
              .orElseGet(ConversationMissing::new);
    };
  }
}
