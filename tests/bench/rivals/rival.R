# usage: Rscript rival.R PACKAGE TASK FOLDER
arguments <- commandArgs(trailingOnly = TRUE)
package <- arguments[1]; task <- arguments[2]; folder <- arguments[3]
if (!suppressWarnings(suppressMessages(require(package, character.only = TRUE, quietly = TRUE)))) quit(status = 3)
X <- as.matrix(read.csv(file.path(folder, "scores.csv"), na.strings = ""))
groups <- file.path(folder, "group.csv")
group <- if (file.exists(groups)) scan(groups, quiet = TRUE) else NULL

timed <- function(call) {
  before <- proc.time()
  result <- force(call)
  after <- proc.time()
  list(cpu = sum(after[c(1, 2, 4, 5)] - before[c(1, 2, 4, 5)]), result = result)
}
numbers <- function(x) paste0("[", paste(sprintf("%.10g", as.numeric(x)), collapse = ","), "]")
say <- function(cpu, ...) {
  parts <- list(...)
  fields <- vapply(names(parts), function(name) sprintf('"%s": %s', name, numbers(parts[[name]])), "")
  cat(sprintf('{"cpu": %.4f%s}\n', cpu, paste0(rep(", ", length(fields) > 0), paste(fields, collapse = ", "))))
}

if (task == "alpha" && package == "psych") {
  run <- timed(suppressWarnings(psych::alpha(X, check.keys = FALSE)))
  say(run$cpu, value = run$result$total$raw_alpha)
} else if (task == "items" && package == "CTT") {
  run <- timed(CTT::itemAnalysis(as.data.frame(X), NA.Delete = FALSE))
  say(run$cpu, value = run$result$alpha)
} else if (task == "items" && package == "psych") {
  run <- timed(suppressWarnings(psych::alpha(X, check.keys = FALSE)))
  say(run$cpu, value = run$result$item.stats$r.drop)
} else if (task == "dif" && package == "difR") {
  run <- timed(difR::difMH(as.data.frame(X), group = group, focal.name = 1, correct = FALSE))
  say(run$cpu, value = run$result$alphaMH)
} else if (task %in% c("2pl", "2pl-sparse", "rasch-sparse") && package == "mirt") {
  kind <- if (task == "rasch-sparse") "Rasch" else "2PL"
  run <- timed(mirt::mirt(as.data.frame(X), 1, kind, quadpts = 61, verbose = FALSE))
  found <- mirt::coef(run$result, simplify = TRUE)
  say(run$cpu, slope = found$items[, "a1"], intercept = found$items[, "d"], variance = found$cov[1, 1])
} else if (task == "rasch-sparse" && package == "TAM") {
  run <- timed(TAM::tam.mml(X, verbose = FALSE))
  say(run$cpu, slope = rep(1, ncol(X)), intercept = -run$result$xsi$xsi, variance = run$result$variance[1, 1])
} else if (task == "cml" && package == "eRm") {
  run <- timed(eRm::RM(X, sum0 = TRUE))
  say(run$cpu, value = -run$result$betapar)
} else if (task == "components" && package == "lme4") {
  seen <- which(!is.na(X), arr.ind = TRUE)
  long <- data.frame(y = X[seen], p = factor(seen[, 1]), i = factor(seen[, 2]))
  run <- timed(lme4::lmer(y ~ 1 + (1 | p) + (1 | i), data = long))
  found <- as.data.frame(lme4::VarCorr(run$result))
  say(run$cpu, value = found$vcov[match(c("p", "i", "Residual"), found$grp)])
} else quit(status = 4)
