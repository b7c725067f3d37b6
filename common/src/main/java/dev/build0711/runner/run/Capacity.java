package dev.build0711.runner.run;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// How many agents a backend takes, and how many it has.
///
/// @param weight its share of the runs, at least 1
/// @param places how many agents it takes at once
/// @param held how many places are taken, which may be more than there are
public record Capacity(String backend, int weight, int places, int held) {

  /// The relatively emptiest first: by held places per weight, counted with the one to be given.
  private static final Comparator<Capacity> EMPTIEST =
      Comparator.<Capacity>comparingDouble(one -> (one.held + 1.0) / one.weight)
          .thenComparing(Capacity::backend);

  /// Deals free places out by weight, one after the other.
  ///
  /// @return the names of the backends whose places they are, at most `most`, in the order in which
  ///   they are to be given away
  public static List<String> deal(List<Capacity> backends, int most) {
    List<Capacity> open = new ArrayList<>(backends);
    List<String> dealt = new ArrayList<>();
    while (dealt.size() < most) {
      open.removeIf(one -> one.held >= one.places);
      if (open.isEmpty()) {
        break;
      }
      Capacity next = open.stream().min(EMPTIEST).orElseThrow();
      dealt.add(next.backend);
      open.set(open.indexOf(next), next.withOneMore());
    }
    return dealt;
  }

  private Capacity withOneMore() {
    return new Capacity(backend, weight, places, held + 1);
  }
}
