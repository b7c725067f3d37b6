package dev.build0711.runner.openhands.agentserver;

import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The shell command that clones a repository. It may be run again, also while it runs: the clone
/// appears at its place whole or not at all. It names no token; git reads that from a file, which
/// the command removes.
///
/// @param directory where the clone is to lie
/// @param base the git host; the token is offered to it alone
/// @param path of the repository on the host
/// @param tokenFile null where the host needs no token
record CloneCommand(
    String directory,
    String base,
    String path,
    @Nullable String branch,
    @Nullable String tokenFile) {

  private static final String TOKEN = ".token-";
  private static final Pattern PATH =
      Pattern.compile("[A-Za-z0-9_.-]{1,100}(?:/[A-Za-z0-9_.-]{1,100}){1,20}");
  private static final Pattern BASE =
      Pattern.compile("[A-Za-z0-9+.-]{2,10}://[A-Za-z0-9:/._~\\[\\]-]{0,300}");

  /// Whether the command can be written at all: names that no git host has are not put into a
  /// shell.
  boolean sound() {
    String last = path.substring(path.lastIndexOf('/') + 1);
    return PATH.matcher(path).matches()
        && !last.equals(".")
        && !last.equals("..")
        && BASE.matcher(base).matches();
  }

  /// Makes the place for the clone, and an empty file for the token that only its owner can read.
  String place() {
    String make = "umask 077 && mkdir -p " + quoted(parent());
    return tokenFile == null ? make : make + " && : > " + quoted(tokenFile);
  }

  String text() {
    return """
    umask 022
    place=%s
    part="$place.part.$$"
    trap 'rm -rf "$part" %s' EXIT
    trap 'exit 1' HUP INT TERM
    export GIT_TERMINAL_PROMPT=0
    test -d "$place/.git" && exit 0
    mkdir -p %s && git%s -c http.lowSpeedLimit=1000 -c http.lowSpeedTime=60 clone --quiet%s -- %s "$part" \\
      && { test -e "$place" || mv "$part" "$place"; }
    test -d "$place/.git"
    """
        .formatted(
            quoted(directory),
            tokenFile == null ? "" : inTrap(tokens()),
            quoted(parent()),
            credentials(),
            branch == null ? "" : " " + quoted("--branch=" + branch),
            quoted(url()));
  }

  private String url() {
    return host() + "/" + path + ".git";
  }

  private String host() {
    return base.replaceAll("/+$", "");
  }

  private String parent() {
    return directory.substring(0, directory.lastIndexOf('/'));
  }

  /// The helpers that the server's user has configured are left out: some would keep the token.
  String credentials() {
    if (tokenFile == null) {
      return "";
    }
    String helper =
        "!f() { test \"$1\" = get && echo username=x-access-token && echo \"password=$(cat "
            + quoted(tokenFile)
            + ")\"; }; f";
    return " -c credential.helper= -c " + quoted("credential." + host() + ".helper=" + helper);
  }

  /// The files of this command's token and of those that never came to read theirs.
  private String tokens() {
    return quoted(parent()) + "/" + TOKEN + "*";
  }

  /// Removes what a command that was killed may have left.
  static String cleaning(String directory) {
    return "rm -f " + quoted(directory) + "/" + TOKEN + "*";
  }

  /// A name for the token's file in `directory`, to be used once.
  static String tokenFile(String directory, Instant now) {
    return directory + "/" + TOKEN + now.toEpochMilli();
  }

  /// `text` as one word of a shell command.
  static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  /// A quoted word, inside the quotes of a trap.
  private static String inTrap(String quoted) {
    return quoted.replace("'", "'\\''");
  }
}
