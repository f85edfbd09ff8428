# For fingers that type make; everything happens in ./run, which needs no make.
.PHONY: run setup test check bench

run:
	@./run

setup test check bench:
	@./run $@
