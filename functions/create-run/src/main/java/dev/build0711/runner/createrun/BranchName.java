package dev.build0711.runner.createrun;

/// What git allows for the name of a branch (`git check-ref-format --branch`).
final class BranchName {

  static final int MAX_LENGTH = 250;

  private BranchName() {}

  static boolean isValid(String name) {
    return !name.isEmpty()
        && !name.startsWith("-")
        && !name.equals("@")
        && !name.equals("HEAD")
        && !name.endsWith(".")
        && !name.contains("..")
        && !name.contains("@{")
        && name.chars().allMatch(BranchName::isAllowed)
        && hasValidParts(name);
  }

  private static boolean hasValidParts(String name) {
    for (String part : name.split("/", -1)) {
      if (part.isEmpty() || part.startsWith(".") || part.endsWith(".lock")) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAllowed(int c) {
    return c > ' ' && c != 0x7f && "~^:?*[\\".indexOf(c) < 0;
  }
}
