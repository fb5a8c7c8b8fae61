module shakedown/target

go 1.24
