/// GitLab's project, group and system hooks: gitlab.com and instances of one's own.
@NullMarked
package dev.build0711.runner.githost.gitlab;

import org.jspecify.annotations.NullMarked;
