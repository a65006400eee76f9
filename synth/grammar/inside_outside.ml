open Lambda

exception Outside_grammar of Term.t

(* Log-probability with which [nt] derives [t], and of each production that can begin the derivation. *)
let rec inside g nt t =
  let head, xs = Term.spine t in
  let entries = Dsl.entries (Pcfg.dsl g) in
  let n = List.length xs in
  let ways =
    Array.map
      (fun (p : Pcfg.production) ->
        if Array.length p.arguments = n && Term.equal entries.(p.entry).term head then
          List.fold_left ( +. ) p.log_probability (List.mapi (fun i x -> fst (inside g p.arguments.(i) x)) xs)
        else neg_infinity)
      (Pcfg.productions g).(nt)
  in
  (Log_space.sum ways, ways)

let log_likelihood g t =
  let total, _ = inside g (Pcfg.start g) t in
  if total = neg_infinity then raise (Outside_grammar t);
  total

let expected_uses g ts =
  let uses = Array.map (fun ps -> Array.make (Array.length ps) 0.) (Pcfg.productions g) in
  let rec outside nt t weight =
    let total, ways = inside g nt t in
    let _, xs = Term.spine t in
    Array.iteri
      (fun i way ->
        if way > neg_infinity then begin
          let posterior = weight *. exp (way -. total) in
          uses.(nt).(i) <- uses.(nt).(i) +. posterior;
          let p = (Pcfg.productions g).(nt).(i) in
          List.iteri (fun j x -> outside p.arguments.(j) x posterior) xs
        end)
      ways
  in
  List.iter
    (fun t ->
      ignore (log_likelihood g t);
      outside (Pcfg.start g) t 1.)
    ts;
  uses

let fit ?(pseudo_count = 1.) ?(rounds = 1000) g ts =
  let productions = Pcfg.productions g in
  let n = Dsl.size (Pcfg.dsl g) in
  let uses = Array.map (Array.map (fun u -> u +. pseudo_count)) (expected_uses g ts) in
  let by_entry = Array.make n 0. in
  Array.iteri
    (fun nt ps -> Array.iteri (fun i (p : Pcfg.production) -> by_entry.(p.entry) <- by_entry.(p.entry) +. uses.(nt).(i)) ps)
    productions;
  let visits = Array.map (Array.fold_left ( +. ) 0.) uses in
  let w = Array.make n 1. in
  let round () =
    let pressure = Array.make n 0. in
    Array.iteri
      (fun nt ps ->
        let z = Array.fold_left (fun z (p : Pcfg.production) -> z +. w.(p.entry)) 0. ps in
        Array.iter
          (fun (p : Pcfg.production) -> pressure.(p.entry) <- pressure.(p.entry) +. (visits.(nt) /. z))
          ps)
      productions;
    let change = ref 0. in
    Array.iteri
      (fun e uses ->
        if uses > 0. then begin
          let updated = uses /. pressure.(e) in
          change := max !change (Float.abs (log (updated /. w.(e))));
          w.(e) <- updated
        end)
      by_entry;
    !change
  in
  let rec go left = if left > 0 && round () > 1e-12 then go (left - 1) in
  go rounds;
  let least = ref infinity in
  Array.iteri (fun e uses -> if uses > 0. then least := min !least w.(e)) by_entry;
  Log_space.to_distribution (Array.mapi (fun e uses -> log (if uses > 0. then w.(e) else !least)) by_entry)

let bound_spread ~max_diff ws =
  let low = Array.fold_left min infinity ws and high = Array.fold_left max neg_infinity ws in
  let spread = high -. low in
  let scale = if spread > max_diff then max_diff /. spread else 1. in
  Log_space.to_distribution (Array.map (fun w -> w *. scale) ws)

let fit_each ?(pseudo_count = 1.) ~max_diff g ts =
  let learned = Array.map (fun u -> log (u +. pseudo_count)) in
  Pcfg.with_weights g (Array.map (fun uses -> bound_spread ~max_diff (learned uses)) (expected_uses g ts))
