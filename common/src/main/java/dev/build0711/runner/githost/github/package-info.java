/// GitHub's webhooks: github.com and GitHub Enterprise Server.
@NullMarked
package dev.build0711.runner.githost.github;

import org.jspecify.annotations.NullMarked;
