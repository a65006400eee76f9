(** The derivations of a grammar in exact order of cost, as blocks of derivations that cost the same.

    Each nonterminal has {e classes}: all its derivations of one cost, in ascending order of cost. A derivation has a
    {e rank}, its number in the list of its nonterminal; a class is a range of ranks. A class is made of {e blocks}: one
    production, and for each of its arguments a whole class of that argument's nonterminal. So what is ordered in a queue
    are tuples of classes, not derivations, and a derivation costs nothing until somebody looks at it: no logarithm for
    each program (the idea of eco search: Matricon, Fijalkow and Lagarde, {i Eco Search: A No-delay Best-First Search
    Algorithm for Program Synthesis}, 2024). The many programs of equal cost that a grammar has, permutations of the same
    primitives at least, are what makes blocks large.

    Classes are found when they are asked for. All nonterminals advance together, each as far as the cheapest program
    around its derivations asks for; costs of at least 1 make cycles through nonterminals harmless, as a part of a
    derivation is strictly cheaper than the whole. Derivations that cost 1,024 nats or more are not found. *)

open Grammar

type t

type block = {
  production : Pcfg.production;
  cost : int;  (** of each of its derivations *)
  first : int;  (** the rank of the first derivation that is kept *)
  ranks : int array;  (** for each argument, the first rank of its class *)
  counts : int array;  (** for each argument, how many ranks its class has *)
}
(** The derivations of [production] whose [i]th argument has a rank from [ranks.(i)] to [ranks.(i) + counts.(i) - 1], the
    last argument's turning quickest. *)

val n_derivations : block -> int
(** The product of the counts; [max_int] when it is more. *)

val create : ?keep:(nonterminal:int -> block -> int) -> Pcfg.t -> t
(** [create g] has found nothing yet. [keep] is called once for each block, when it is found, in order; it is the number
    of its derivations that are kept as arguments of others (all of them, unless given), and has to remember which they
    are. A block of which none is kept is forgotten; a class of none likewise. *)

val ensure : t -> nonterminal:int -> index:int -> bool
(** [ensure e ~nonterminal ~index] looks until the class [index] (from 0) of [nonterminal] is found, and is whether there
    is one: a finite language ends. *)

(** {1 What was found}

    [ensure] must have been true for the class. *)

val cost : t -> nonterminal:int -> index:int -> int

val blocks : t -> nonterminal:int -> index:int -> (block -> unit) -> unit
(** [blocks e ~nonterminal ~index f] calls [f] on the blocks of the class, in order of their ranks. *)

val term : t -> nonterminal:int -> rank:int -> Lambda.Term.t
(** The program of this rank. Meaningless when [keep] left any out. *)
