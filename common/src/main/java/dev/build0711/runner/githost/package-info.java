/// Git hosts as witnesses: which deliveries are authentic, and what they tell of repositories and
/// pull requests. A new git host is one package below this one.
@NullMarked
package dev.build0711.runner.githost;

import org.jspecify.annotations.NullMarked;
