(** The messages that the executables read and write. Field names are those of the original's archives. *)

(* coupling: pyssnn/synthesis/executables.py writes the requests and reads the replies. *)

type explore = {
  frontier : string list;  (** names of files in [representations_dir] *)
  dsl_file : string;
  next_dsl_file : string;
  representations_dir : string;
  max_novel_representations : int;
  max_programs : int;  (** the budget; 1,000,000 unless given *)
  exploration_timeout : float;  (** seconds, the safety clock; 600 unless given *)
  program_size_limit : int;  (** 150 unless given *)
  steps : int;
      (** what an evaluation may take. The original gave each of [attempts] (1) evaluations [eval_timeout] (0.1) seconds;
          so that results do not depend on the machine, a second here stands for ten million steps, and attempts add up *)
  max_diff : float;  (** nats; 0.5 unless given *)
  contextual : bool;
      (** search with weights that depend on where a primitive stands, learned from the frontier; false unless given. The
          library that is written has one weight an entry all the same *)
  max_conn : int;  (** 10 unless given *)
  max_alternatives : int;  (** programs to return beside the best of each output; 0 unless given *)
  memory_limit : int;  (** bytes of heap at which the search stops; 2{^33} unless given *)
  workers : int;  (** processes; 1 unless given, at most 256 *)
}

val explore : Decode.t -> explore
(** Raises {!Invalid.Error}. *)

val explore_reply :
  found:string list ->
  replacements:(string * string) list ->
  alternatives:(string * string list) list ->
  Search.Explore.statistics -> Yojson.Safe.t
(** [new] and [replaced] count, [new_representations] names the new files, [replacements] pairs old files with new;
    [alternatives] has for the file of a member other programs with its output and mass, in stitch notation;
    [n_enumerated], [n_failed], [max_description_length] (nats) and [stopped] tell of the search. *)

type incorporate = {
  dsl_file : string;
  next_dsl_file : string;
  representations_dir : string;
  pruned_primitives : string list;  (** names of inventions to leave out; none unless given *)
  invented_primitives : (string * string) list;  (** name and body, as stitch writes it *)
  replacements : (string * string) list;  (** a file's name, and its program rewritten *)
  steps : int;
  max_conn : int;
}

val incorporate : Decode.t -> incorporate
(** Raises {!Invalid.Error}. *)

val incorporate_reply :
  next_dsl_mass:int -> replacements:(string * string) list -> rejected:(string * string) list -> Yojson.Safe.t
(** [rejected] pairs a file with the reason why its rewriting was refused. *)

val request : unit -> Decode.t
(** [request ()] is the message on standard input. Raises {!Invalid.Error}. *)
