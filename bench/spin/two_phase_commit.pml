/*
 * Two-phase commit (Lamport's TLA+ module TwoPhase), for comparison with the engine's own searches
 * (tests/support/two_phase_commit.hpp).
 *
 * One process and one d_step an action, so that no intermediate state is stored; steps that change nothing are not enabled,
 * as in the C++ model. A d_step cannot be non-deterministic, so the vote of an RM is two options here.
 *
 *   spin -DN=7 -a two_phase_commit.pml && gcc -O3 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -m10000 -w22 -E
 *
 * -E: no invalid end states; runs end where nothing is enabled. -DNOREDUCE: partial-order reduction would leave states out.
 *
 * Spin 6.5.2 stores 288 states for N=3, 296,448 for N=7 and 10,340,352 for N=9: exactly those of TLC, of sim/plain_search.hpp
 * and of sim/explorer.hpp, beside which bench/spin.sh runs it. It counts 1,735,810 transitions for N=7, one more than the
 * searches, because it counts the initial state among them. Depth 22.
 */

#ifndef N
#define N 7
#endif
#define ALL ((1 << N) - 1)

#define working 0
#define prepared 1
#define committed 2
#define aborted 3

byte rm[N];          /* working, prepared, committed, aborted */
byte tm;             /* 0 init, 2 committed, 3 aborted */
short tm_prepared;   /* bit r: the TM has received Prepared from r */
short prepared_sent; /* bit r: Prepared from r is among the messages */
bit commit_sent, abort_sent;

#define RM(r) \
  :: d_step { rm[r] == working -> rm[r] = prepared; prepared_sent = prepared_sent | (1 << r) } \
  :: d_step { rm[r] == working -> rm[r] = aborted } \
  :: d_step { commit_sent && rm[r] != committed -> rm[r] = committed } \
  :: d_step { abort_sent && rm[r] != aborted -> rm[r] = aborted } \
  :: d_step { tm == 0 && (prepared_sent & (1 << r)) && !(tm_prepared & (1 << r)) -> \
              tm_prepared = tm_prepared | (1 << r) }

active proctype TwoPhase() {
end:
  do
  :: d_step { tm == 0 && tm_prepared == ALL -> tm = committed; commit_sent = 1 }
  :: d_step { tm == 0 -> tm = aborted; abort_sent = 1 }
  RM(0)
#if N > 1
  RM(1)
#endif
#if N > 2
  RM(2)
#endif
#if N > 3
  RM(3)
#endif
#if N > 4
  RM(4)
#endif
#if N > 5
  RM(5)
#endif
#if N > 6
  RM(6)
#endif
#if N > 7
  RM(7)
#endif
#if N > 8
  RM(8)
#endif
  od
}
