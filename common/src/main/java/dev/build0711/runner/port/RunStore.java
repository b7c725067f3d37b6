package dev.build0711.runner.port;

import dev.build0711.runner.port.Backends.Terms;
import dev.build0711.runner.run.Message;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Run;
import dev.build0711.runner.run.RunEvent;
import dev.build0711.runner.run.RunId;
import dev.build0711.runner.run.RunSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The runs, stored so that whatever was accepted is found again. Every write says what it expects
/// to find and tells whether it found that. Times that machines compare (leases, what is due) are
/// the store's own.
///
/// Every method throws [StorageUnavailable] when the store cannot be used now.
public interface RunStore {

  /// Stores a run that nobody has seen before, with its first event, in one step.
  ///
  /// @param run as [Run#accepted] made it; the store sets its times to its own clock's
  Creation create(Run run, @Nullable IdempotencyKey key);

  Optional<Run> find(RunId id);

  /// What is shown of a run at first; reads no more than that.
  Optional<RunSummary> summary(RunId id);

  /// The newest events of a run, newest first, at most `limit`.
  List<Numbered> events(RunId id, int limit);

  /// How many of the runs that wait for a place come before `run` by priority and then age; no more
  /// than `most` are counted.
  int queuedBefore(Run run, int most);

  /// Runs in the order of their making, newest first, at most `limit` of those after `after`.
  List<RunSummary> list(RunFilter filter, @Nullable Position after, int limit);

  /// Claims one run for a look, if a look at it is due and nobody else has it.
  Optional<Claim> claim(RunId id, Duration lease);

  /// Claims up to `limit` runs whose look is due by now, those that have waited longest first;
  /// skips those that others are claiming at this moment.
  List<Claim> claimDue(int limit, Duration lease);

  /// Claims like [#claimDue], a second early, but only those runs of one backend whose agents are
  /// only to be looked at ([dev.build0711.runner.run.Step#watchedOn]), so that all can be asked for
  /// at once.
  List<Claim> claimWatched(String backend, int limit, Duration lease);

  /// Gives the free places of backends that are up to the runs that wait for one: by priority, then
  /// fair between projects (whose next run would have the fewest siblings with a place comes
  /// first), then by age. However many do so at once, no backend gets more runs than it has places.
  ///
  /// @param backends the backends to fill; no two of one name
  /// @param own a run that the caller has claimed to find a place for it, null where there is none;
  ///   runs that others have claimed get none
  Admission admit(List<Terms> backends, @Nullable Claim own);

  /// Stores what a look has changed and ends its lease; nothing is stored if the claim is no longer
  /// the newest.
  ///
  /// @param nextPollAt when to look again, null for never; an earlier time that somebody asked for
  ///   meanwhile is kept
  Saved save(Claim claim, Change change, @Nullable Instant nextPollAt);

  /// Ends the leases of looks that changed nothing; each like [#save] without a change.
  ///
  /// @return what came of each, in the same order
  List<Saved> release(List<Release> releases);

  /// Raises `wake_no` of up to `limit` runs that are overdue by `overdue` and claimed by nobody, so
  /// that they can be woken anew.
  List<Wake> overdue(Duration overdue, int limit);

  /// Brings forward the looks at up to `limit` runs of a backend that answers again, and spreads
  /// them over `within`. Runs that somebody is looking at, or whose look is nearer than that, are
  /// left as they are.
  List<Wake> returned(String backend, Duration within, int limit);

  /// Stores what was decided of a run, whoever is looking at it; nothing is stored if the run is no
  /// longer as the change expects it.
  ///
  /// @param look whether the run is to be looked at now
  Applied apply(Change change, boolean look);

  /// Notes that the run's git host is being asked for its pull requests now.
  ///
  /// @return whether that is the caller's to do: nobody else has noted so since `run` was read
  boolean claimLookUp(Run run);

  /// A run with what has to be known to accept a message; all of it as of one moment.
  ///
  /// @param text the text of the message to come, null where it has none
  /// @param key the name of the request, null where it has none
  Optional<Mailbox> mailbox(RunId id, @Nullable String text, @Nullable IdempotencyKey key);

  /// Stores a message and that it was accepted in one step, and asks for a look now.
  ///
  /// @param change what [dev.build0711.runner.run.Evidence.MessageAccepted] made of the run of a
  ///   [Mailbox]; no other message has been accepted since, or nothing is stored
  Applied accept(Change change, Message message, @Nullable IdempotencyKey key);

  /// Brings the next look at the runs of a conversation forward, because there may be news: to now,
  /// but no nearer than a second to the look that was brought forward before. A look that is due
  /// within a second stays as it is; one that is under way is followed by another.
  ///
  /// @param conversationId in lower case and without dashes
  /// @return the runs that will be looked at sooner
  List<Wake> hint(String conversationId);

  /// A caller's name for a request, and the SHA-256 of its bytes in lower-case hex: the same name
  /// with other bytes is a mistake.
  record IdempotencyKey(String key, String sha256) {}

  /// What became of a request to create a run.
  sealed interface Creation {
    record Created(Run run) implements Creation {}

    /// The same request was accepted before; `run` is that run as it is now.
    record Replayed(Run run) implements Creation {}

    /// The key was used for another request.
    record KeyReused() implements Creation {}
  }

  /// An event and its number in its run, from 1.
  record Numbered(int seq, RunEvent event) {}

  /// Which runs to list; an empty list is no restriction.
  record RunFilter(List<String> projectIds, List<dev.build0711.runner.run.RunStatus> statuses) {

    public RunFilter {
      projectIds = List.copyOf(projectIds);
      statuses = List.copyOf(statuses);
    }
  }

  /// A place in the order of a list.
  record Position(Instant createdAt, RunId id) {}

  /// The right to look at a run and to store what was seen, until `leaseUntil`.
  ///
  /// @param now the store's clock when the claim was made
  /// @param held why the run's backend is not to be asked now ([BackendStore#failed]), or no
  ///   backend gives it a place ([Admission#trouble]); null otherwise
  record Claim(Run run, Instant now, Instant leaseUntil, @Nullable Reason held) {}

  /// The end of a look that changed nothing.
  ///
  /// @param nextPollAt as for [#save]
  record Release(Claim claim, @Nullable Instant nextPollAt) {}

  /// What came of dealing out places.
  ///
  /// @param own the caller's claim with the run as it is now; null if it got no place
  /// @param wakes of the other runs that got one
  /// @param trouble why no backend takes runs now, where that is because probes of all of them
  ///   failed ([BackendStore#failed]); null otherwise
  record Admission(@Nullable Claim own, List<Wake> wakes, @Nullable Reason trouble) {

    /// How many places are given away at once.
    public static final int MOST = 100;

    /// Nobody got a place.
    public static final Admission NONE = new Admission(null, List.of(), null);

    public Admission {
      wakes = List.copyOf(wakes);
    }
  }

  /// A run as a write found it, as it becomes, and what happened to it.
  record Change(Run before, Run after, List<RunEvent> events) {

    public Change {
      events = List.copyOf(events);
    }
  }

  /// What became of a write.
  sealed interface Saved {

    /// Stored; the run is to be looked at next at `nextPollAt` and woken by the number `wakeNo`.
    record Stored(@Nullable Instant nextPollAt, long wakeNo) implements Saved {}

    /// Somebody else has changed the run: `current` is what there is now; decide again from that.
    record Stale(Run current) implements Saved {}

    /// Somebody else has claimed the run since: nothing that this look learnt counts.
    record Fenced() implements Saved {}
  }

  /// What became of a write from beside a look.
  sealed interface Applied {

    /// Stored; `wake` is to be asked for, where a look was.
    record Done(@Nullable Wake wake) implements Applied {}

    /// Somebody else has changed the run: decide again from what there is now.
    record Stale() implements Applied {}
  }

  /// What has to be known of a run to accept a message.
  ///
  /// @param messages how many it has had
  /// @param waiting how many of them the agent is still to get
  /// @param same how many that may have reached the agent had the same text
  /// @param first the message that was accepted under the same key, null where there is none
  record Mailbox(Run run, int messages, int waiting, int same, @Nullable Accepted first) {}

  /// A message that was accepted.
  ///
  /// @param sha256 of the request, null where it had no key
  record Accepted(Message message, @Nullable String sha256, Instant createdAt) {}

  /// A wake-up to be asked for.
  record Wake(RunId id, long wakeNo, Instant at) {}
}
