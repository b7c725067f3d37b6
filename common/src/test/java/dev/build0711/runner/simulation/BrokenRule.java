package dev.build0711.runner.simulation;

/// A rule of the product does not hold.
final class BrokenRule extends AssertionError {

  private final String kind;

  /// @param rule what it is called in the list of rules, such as `I3`
  /// @param what how it was broken, the same for everything that breaks it alike
  /// @param about what broke it
  BrokenRule(String rule, String what, Object about) {
    super(rule + ": " + what + ": " + about);
    this.kind = rule + ": " + what;
  }

  /// The rule and how it was broken, without what broke it.
  String kind() {
    return kind;
  }
}
