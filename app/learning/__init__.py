"""Learning: courses of lessons, bound to where questions arise; progress, quizzes, exercises, certificates."""
