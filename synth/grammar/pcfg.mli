(** Probabilistic context-free grammars of the programs that a library allows for a request.

    Nonterminals are ground types. A nonterminal [τ] derives [p x1 … xk], for every entry [p] and every [k] up to the
    number of arrows in its type such that [p] applied to [k] arguments has type [τ], and the [xi] are derived from
    the types of the arguments. So programs have no abstractions, as in the original, but may be partial applications.

    Nonterminals are the request and the ground types that occur, as parts too, in the types of the library: a finite
    set. A primitive whose arguments keep type variables after the result is matched is taken at each of them, and a use
    whose argument has any other type is left out. What is derived are derivations: with polymorphic primitives one
    program may have several.

    Probabilities are normalised {e per nonterminal}: the weights of the entries, which the library states once for
    all types, are divided by their sum over the productions of that nonterminal. (The original normalised nothing, and
    searched unguided.) Nonterminals that derive nothing are left out before this.

    A type may have several nonterminals. {e Redexes} of the domain are left out of what a grammar derives by what may
    not head an argument: each set of forbidden heads is a nonterminal of its own, shared by all the places that forbid
    the same. In a {e contextual} grammar each place, an argument position of an entry, has its own, so that weights can
    depend on it; such a grammar derives no other programs. *)

open Lambda

type production = {
  entry : int;  (** index into [Dsl.entries] *)
  arguments : int array;  (** nonterminals *)
  log_probability : float;  (** natural logarithm, at most 0 *)
  cost : int;  (** [-log_probability] in units of [1 / cost_scale] nats, at least 1 *)
}

type t

exception Nothing of Ty.t
(** No program of this type exists. *)

val make : ?redexes:Redex.t list -> ?contextual:bool -> Dsl.t -> Ty.t -> t
(** [make dsl request] is the grammar of the programs of type [request], {!without} [redexes] (none), with a nonterminal
    for each type and place if [contextual] (it is not). Raises {!Nothing}, [Invalid_argument] for a polymorphic request. *)

val without : ?normalised:bool -> Redex.t list -> t -> t
(** [without redexes g] derives the programs of [g] in which none of [redexes] stands. In each nonterminal what is left
    has the probabilities of [g], divided by their sum if [normalised] (it is). If not, every program costs what it
    costs in [g]: programs come in the same order, and when the weights are not contextual, what a redex is replaced by
    costs no more than the redex, so a search meets no output later than in [g]. Raises {!Nothing}; not when the library has the primitives on
    the right side of an equation as soon as it has those on the left. *)

val with_weights : t -> float array array -> t
(** [with_weights g ws] is [g] with the weight [ws.(n).(i)] (a natural logarithm) for production [i] of nonterminal [n];
    they are normalised in each nonterminal. The library keeps its own. *)

val cost_scale : float
(** Units per nat, 2{^20}. Costs are integers so that sums, and with them the order of programs, are the same on every
    machine and in every order of summation. *)

val nats : int -> float
(** [nats cost] is [cost] in nats. *)

val dsl : t -> Dsl.t

val start : t -> int
(** The nonterminal of the request. *)

val nonterminals : t -> Ty.t array

val contexts : t -> (int * int) option array
(** [contexts g] is, for each nonterminal of a contextual grammar, the place where it stands: the index of an entry in
    [Dsl.entries] and the position of the argument, from 0. [None] for the start, and for all when [g] is not
    contextual. *)

val productions : t -> production array array

val cheapest : t -> int array
(** [cheapest g] is the cost of the likeliest derivation from each nonterminal. *)
