open Lambda

module Numbers = Hashtbl.Make (struct
  type t = int

  let equal (a : int) b = a = b
  let hash (a : int) = a land max_int
end)

module Make (S : Semantics.S) = struct
  type candidate = { program : Term.t; mass : int; rank : int }
  type member = { output : S.output; best : candidate; alternatives : candidate list; origin : int; first : int }

  type t = {
    room : int;
    n_alternatives : int;
    mutable n_known : int;
    mutable size : int;
    members : member Numbers.t;  (* by number *)
    by_key : int Numbers.t;  (* numbers of the members with this key *)
    heaviest : Int_vector.t;  (* by number: the mass from which on programs are of no use; [max_int] while there is room *)
  }

  exception Equivalent of int * int

  (* An output's mark: 0 not looked at yet, -1 equivalent to no member and there is no more room, else 1 + the number of
     its member. *)
  let nowhere = -1

  let look_up t output =
    let rec among = function
      | [] -> None
      | n :: rest -> if S.equivalent (Numbers.find t.members n).output output then Some n else among rest
    in
    among (Numbers.find_all t.by_key (S.key output))

  let add t output best ~origin ~first =
    let n = t.size in
    Numbers.add t.members n { output = S.keep output; best; alternatives = []; origin; first };
    Numbers.add t.by_key (S.key output) n;
    Int_vector.push t.heaviest (if t.n_alternatives = 0 then best.mass else max_int);
    S.set_mark output (n + 1);
    t.size <- n + 1

  let create ~room ?(alternatives = 0) known =
    let t =
      {
        room;
        n_alternatives = alternatives;
        n_known = 0;
        size = 0;
        members = Numbers.create 64;
        by_key = Numbers.create 64;
        heaviest = Int_vector.create ();
      }
    in
    List.iteri
      (fun origin (program, output) ->
        (match look_up t output with Some n -> raise (Equivalent (n, origin)) | None -> ());
        add t output { program; mass = Term.mass program; rank = -1 } ~origin ~first:(-1))
      known;
    t.n_known <- t.size;
    t

  let n_new t = t.size - t.n_known

  (* [first n xs] are the first [n], at most. *)
  let first n xs = List.filteri (fun i _ -> i < n) xs

  let take t n candidate output =
    let member = Numbers.find t.members n in
    let before a b = a.mass < b.mass || (a.mass = b.mass && a.rank < b.rank) in
    let rec insert = function
      | [] -> [ candidate ]
      | c :: rest as all ->
        if before candidate c then candidate :: List.filter (fun c -> not (Term.equal c.program candidate.program)) all
        else if Term.equal c.program candidate.program then all
        else c :: insert rest
    in
    match first (1 + t.n_alternatives) (insert (member.best :: member.alternatives)) with
    | [] -> ()
    | best :: alternatives ->
      let output = if best == candidate then S.keep output else member.output in
      Numbers.replace t.members n { member with best; alternatives; output };
      if List.length alternatives = t.n_alternatives then
        Int_vector.set t.heaviest n (List.fold_left (fun _ c -> c.mass) best.mass alternatives)

  let consider t n ~rank ~mass program output =
    if mass < Int_vector.get t.heaviest n then take t n { program = program (); mass; rank } output

  let offer t ~rank ~mass program output =
    match S.mark output with
    | 0 -> (
      match look_up t output with
      | Some n ->
        S.set_mark output (n + 1);
        consider t n ~rank ~mass program output
      | None ->
        if n_new t < t.room then add t output { program = program (); mass; rank } ~origin:(-1) ~first:rank
        else S.set_mark output nowhere)
    | mark -> if mark <> nowhere then consider t (mark - 1) ~rank ~mass program output

  let absorb t ~output members =
    List.iter
      (fun { best; alternatives; first } ->
        let shown = output best.program in
        let n =
          match look_up t shown with
          | Some n -> n
          | None ->
            if n_new t < t.room then begin
              add t shown best ~origin:(-1) ~first;
              t.size - 1
            end
            else -1
        in
        if n >= 0 then List.iter (fun c -> take t n c (output c.program)) (best :: alternatives))
      (List.stable_sort (fun a b -> compare a.first b.first) members)

  let members t = List.init t.size (Numbers.find t.members)
end
