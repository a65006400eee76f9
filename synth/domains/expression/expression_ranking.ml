open Search
module Rows = Expression_rows
module Direction = Expression_direction
module Best = Expression_best

type t = {
  rows : Rows.t;
  latent : Direction.latent;
  room : int;
  mutable sizes : Best.t array;
  classes : (int, int) Hashtbl.t;  (* ranks, by key *)
  room_for_terms : int;
  scales : (int, int) Hashtbl.t;
  terms : Int_vector.t;
  mutable least : float;
}

let create rows ~latent ~room ~terms =
  {
    rows;
    latent;
    room;
    sizes = [||];
    classes = Hashtbl.create 1024;
    room_for_terms = terms;
    scales = Hashtbl.create 64;
    terms = Int_vector.create ();
    least = infinity;
  }

let best t size =
  let n = Array.length t.sizes in
  if size >= n then t.sizes <- Array.init (size + 8) (fun i -> if i < n then t.sizes.(i) else Best.create t.room);
  t.sizes.(size)

(* Whether no row in the table is the same as the scratch row; then it is there, under both its keys. *)
let is_new table (key, shifted) ~same rank =
  let known key = List.exists same (Hashtbl.find_all table key) in
  (not (known key || known shifted))
  && begin
       Hashtbl.add table key rank;
       Hashtbl.add table shifted rank;
       true
     end

let offer t rank =
  if Rows.opens_class t.rows then begin
    let best = best t (Rows.size t.rows) in
    let below = Float.min 1. (Best.worst best) in
    let error = Direction.error ~below t.rows t.latent in
    if error < below && is_new t.classes (Direction.keys t.rows) ~same:(Direction.parallel t.rows) rank then begin
      Best.add best error rank;
      if error < t.least then t.least <- error
    end
  end;
  if
    Int_vector.length t.terms < t.room_for_terms
    && Rows.is_term t.rows
    && is_new t.scales (Direction.scale_keys t.rows) ~same:(Direction.proportional t.rows) rank
  then Int_vector.push t.terms rank

let least t = t.least
let nearest t = List.concat_map Best.tags (Array.to_list t.sizes)
let terms t = List.init (Int_vector.length t.terms) (Int_vector.get t.terms)
