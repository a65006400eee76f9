let limit = 64 * 1024 * 1024
let header = 4

(* [bytes] from [start] to [stop] were read and belong to no frame yet. *)
type reader = { fd : Unix.file_descr; mutable bytes : Bytes.t; mutable start : int; mutable stop : int }
type arrival = Content of string | Nothing | End

let chunk = 65536
let reader fd = { fd; bytes = Bytes.create chunk; start = 0; stop = 0 }

let rec retrying f = try f () with Unix.Unix_error (EINTR, _, _) -> retrying f

(* A descriptor may have been made non-blocking by whoever is at the other end. *)
let rec when_readable fd f =
  try retrying f
  with Unix.Unix_error ((EAGAIN | EWOULDBLOCK), _, _) ->
    ignore (retrying (fun () -> Unix.select [ fd ] [] [] (-1.)));
    when_readable fd f

let rec when_writable fd f =
  try retrying f
  with Unix.Unix_error ((EAGAIN | EWOULDBLOCK), _, _) ->
    ignore (retrying (fun () -> Unix.select [] [ fd ] [] (-1.)));
    when_writable fd f

let length r =
  let n = Int32.to_int (Bytes.get_int32_be r.bytes r.start) in
  if n < 0 || n > limit then
    Invalid.error "frame" ~found:(Printf.sprintf "a length of %d" n) ~expected:(Printf.sprintf "0 to %d bytes" limit)
  else n

(* Bytes that the frame under way needs, its header included; at least a header's. *)
let needed r = if r.stop - r.start < header then header else header + length r

let take r =
  let n = needed r in
  if r.stop - r.start < header || r.stop - r.start < n then None
  else begin
    let content = Bytes.sub_string r.bytes (r.start + header) (n - header) in
    r.start <- r.start + n;
    if r.start = r.stop then begin
      r.start <- 0;
      r.stop <- 0;
      if Bytes.length r.bytes > 16 * chunk then r.bytes <- Bytes.create chunk
    end;
    Some content
  end

(* Reads what is there, once, and is false at the end of the input. *)
let refill r =
  let held = r.stop - r.start and room = max chunk (needed r) in
  if r.start + room > Bytes.length r.bytes then begin
    let bytes = if room > Bytes.length r.bytes then Bytes.create room else r.bytes in
    Bytes.blit r.bytes r.start bytes 0 held;
    r.bytes <- bytes;
    r.start <- 0;
    r.stop <- held
  end;
  let n = when_readable r.fd (fun () -> Unix.read r.fd r.bytes r.stop (Bytes.length r.bytes - r.stop)) in
  r.stop <- r.stop + n;
  if n = 0 && held > 0 then
    Invalid.error "frame"
      ~found:(Printf.sprintf "the end of the input after %d bytes" held)
      ~expected:(if held < header then "four bytes of length" else Printf.sprintf "%d bytes in all" (needed r));
  n > 0

let rec next r =
  match take r with Some content -> Content content | None -> if refill r then next r else End

let readable r =
  match retrying (fun () -> Unix.select [ r.fd ] [] [] 0.) with [], _, _ -> false | _ -> true

let rec poll r =
  match take r with
  | Some content -> Content content
  | None -> if not (readable r) then Nothing else if refill r then poll r else End

let write fd content =
  let n = String.length content in
  if n > limit then invalid_arg (Printf.sprintf "Frame.write: %d bytes, more than %d" n limit);
  let bytes = Bytes.create (header + n) in
  Bytes.set_int32_be bytes 0 (Int32.of_int n);
  Bytes.blit_string content 0 bytes header n;
  let rec from i =
    if i < Bytes.length bytes then
      from (i + when_writable fd (fun () -> Unix.single_write fd bytes i (Bytes.length bytes - i)))
  in
  from 0
