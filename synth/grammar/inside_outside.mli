(** Weights learned from programs: the inside–outside algorithm, for weights shared between nonterminals and for weights
    of each nonterminal.

    The expected number of uses of each production in the programs given is computed exactly. The library has one
    weight per entry, though, for all nonterminals, so the closed-form M step of the textbook (counts divided by counts)
    does not apply. With [c(X,p)] the uses of entry [p] in nonterminal [X] and [Z(X)] the sum of the weights in [X], the
    log-likelihood [Σ c(X,p) log w(p) − Σ c(X) log Z(X)] is raised by the minorise–maximise update
    [w(p) ← Σ_X c(X,p) / Σ_X c(X)/Z(X)] (Hunter, {i MM algorithms for generalized Bradley–Terry models}, 2004), which
    is the textbook's when there is one nonterminal. Each production gets [pseudo_count] uses in advance; that keeps
    unused entries in reach, and the learned weights never make the programs less likely than equal weights do.

    Weights of each nonterminal ({!fit_each}) do have the closed form. In a contextual grammar they depend on where a
    primitive stands. No library file holds them. *)

open Lambda

exception Outside_grammar of Term.t
(** The term cannot be derived in the grammar. *)

val log_likelihood : Pcfg.t -> Term.t -> float
(** [log_likelihood g t] is the natural logarithm of the probability that [g] derives [t] from its start, summed over
    derivations. Raises {!Outside_grammar}. *)

val expected_uses : Pcfg.t -> Term.t list -> float array array
(** [expected_uses g ts] is, for each nonterminal and each of its productions, the expected number of uses in the
    derivations of all of [ts]. Raises {!Outside_grammar}. *)

val fit : ?pseudo_count:float -> ?rounds:int -> Pcfg.t -> Term.t list -> float array
(** [fit g ts] is the log-likelihood of each entry of the library, of weights that sum to 1 over the library. Entries
    that no nonterminal uses keep the smallest weight. [pseudo_count] is 1; at most [rounds] (1,000) updates are
    made. Raises {!Outside_grammar}. *)

val bound_spread : max_diff:float -> float array -> float array
(** [bound_spread ~max_diff ws] is [ws] contracted about their mean, if need be, so that the largest is at most
    [max_diff] nats above the smallest, and shifted so that the weights sum to 1. [max_diff = 0] makes all equal. *)

val fit_each : ?pseudo_count:float -> max_diff:float -> Pcfg.t -> Term.t list -> Pcfg.t
(** [fit_each ~max_diff g ts] is [g] with weights of its own in each nonterminal: the expected uses of its productions,
    each with [pseudo_count] (1) in advance, their spread bounded as by {!bound_spread}. Learn on a grammar with all
    its redexes, as programs found before may have some, and leave them out afterwards ({!Pcfg.without}). Raises
    {!Outside_grammar}. *)
