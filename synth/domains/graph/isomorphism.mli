(** Exact isomorphism of simple graphs, with a key that makes most tests needless. *)

type t
(** A graph, with the colours to which refinement (1-dimensional Weisfeiler–Leman) takes its nodes. *)

val of_neighbours : int array array -> t
(** [of_neighbours a] is the graph whose node [i] has the neighbours [a.(i)]: numbers from 0, each edge at both its ends,
    once. *)

val key : t -> int
(** [key g] is equal for isomorphic graphs; graphs that refinement tells apart share it only by accident, of about one
    in 2{^62}. *)

val isomorphic : t -> t -> bool
(** [isomorphic a b] compares the keys, and then, as equal colours do not prove it, looks for the map: where several nodes
    have one colour it tries one of [a] against each of [b], refining again. *)
