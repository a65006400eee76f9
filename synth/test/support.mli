(** What the tests share: libraries to draw programs from, random programs, and properties as test cases. *)

open Lambda
open Grammar

val property : ?count:int -> string -> 'a QCheck.arbitrary -> ('a -> bool) -> unit Alcotest.test_case
(** [property name inputs holds] checks [holds] on [count] (200) inputs, from a fixed seed. *)

val case : string -> (unit -> unit) -> unit Alcotest.test_case

val graph_dsl : Dsl.t
(** The graph domain's primitives with equal weights. *)

val grown_dsl : Dsl.t
(** [graph_dsl] with three inventions: one is a function, one takes a function, one is a whole program. *)

val read : Dsl.t -> string -> Term.t
(** [read dsl text] reads the program over [dsl]. *)

val derive : Pcfg.t -> Random.State.t -> int -> int -> Term.t
(** [derive g state nonterminal fuel] is a random derivation, of a depth of [fuel] and the least that is needed below. *)

val program : ?dsl:Dsl.t -> unit -> Term.t QCheck.arbitrary
(** Whole programs over [dsl] ([grown_dsl]), drawn from its grammar, of at most a few dozen primitives. *)

val small_dsl : Dsl.t QCheck.arbitrary
(** Libraries of two to five entries over one or two base types and functions between them, with uneven weights and
    the request [s -> s], in which some whole program exists. *)

val derivations : Pcfg.t -> int -> int -> (Term.t * int) list
(** [derivations g nonterminal bound] is every derivation from [nonterminal] that costs at most [bound], with its cost: brute
    force. *)

val cost_of_nth : Pcfg.t -> int -> int
(** [cost_of_nth g n] is the cost of about the [n]th program: what brute force can still do. *)
