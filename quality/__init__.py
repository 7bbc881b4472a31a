"""How alike two answers are, kind by kind: pure functions of stored answers, which import nothing of ours."""
