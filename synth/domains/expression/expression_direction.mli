(** Directions of gradients: what is left of a function when every monotone change of it is forgotten.

    Two functions with the same level sets have gradients that are parallel at every point, in either sense. All of this is over
    the derivatives of an {!Expression_rows} scratch row. *)

type latent
(** The normalised gradients of a latent. *)

val latent : points:int -> directions:int -> float array -> latent
(** [latent ~points ~directions gradients] has the gradients (by direction, then point) at length 1. Where one is 0 the point
    does not count. Raises [Invalid_argument] where one is not finite, or when all are 0. *)

val error : ?below:float -> Expression_rows.t -> latent -> float
(** [error ~below rows latent] is 1 − cos² of the angle between the scratch row's gradient and the latent's, in the mean over the points that
    count; 1 where the scratch row's is below 10{^-13}. It is infinite or NaN when that overflows, or when the
    first four points show that it will not be less than [below]. Accurate to about 10{^-16}. *)

val keys : Expression_rows.t -> int * int
(** [keys rows] are one or both equal for scratch rows of one class: the squared cosines with a fixed direction at the first four
    points, rounded to 2{^-26}; in the second with the ties of the first as centres, so that rounding errors cannot part
    two rows in both. *)

val parallel : Expression_rows.t -> int -> bool
(** [parallel rows rank] is whether the gradients of the scratch row and of the row [rank] are parallel at every point, to an angle
    of 10{^-6}. Where one vanishes nothing is said. *)

val scale_keys : Expression_rows.t -> int * int
(** [scale_keys rows] are, in the same way, for scratch rows whose gradients are multiples of one another by one number for all
    points. *)

val proportional : Expression_rows.t -> int -> bool
(** [proportional rows rank] is whether they are such multiples: then each function is a multiple of the other, up to a
    constant. *)
