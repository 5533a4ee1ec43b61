//! For Miri: every method, on memory that was never written.

use std::mem::MaybeUninit;

use bytes::BufMut;

use super::ReadBuf;

fn unwritten() -> [MaybeUninit<u8>; 8] {
    [MaybeUninit::uninit(); 8]
}

#[test]
fn what_was_put_is_filled_and_initialized() {
    let mut memory = unwritten();
    let mut buffer = ReadBuf::uninit(&mut memory);
    assert_eq!(buffer.filled(), b"");
    assert_eq!(buffer.initialized(), b"");
    buffer.put_slice(b"abc");
    buffer.put_slice(b"");
    buffer.put_slice(b"de");
    assert_eq!(buffer.filled(), b"abcde");
    assert_eq!(buffer.initialized(), b"abcde");
    assert_eq!((buffer.remaining(), buffer.capacity()), (3, 8));
    buffer.filled_mut()[0] = b'A';
    buffer.initialized_mut()[1] = b'B';
    assert_eq!(buffer.filled(), b"ABcde");
}

#[test]
fn only_what_was_never_written_becomes_zero() {
    let mut memory = unwritten();
    let mut buffer = ReadBuf::uninit(&mut memory);
    buffer.put_slice(b"abcd");
    buffer.clear();
    assert_eq!(buffer.filled(), b"");
    assert_eq!(buffer.initialized(), b"abcd");
    buffer.put_slice(b"X");
    assert_eq!(buffer.initialize_unfilled_to(2), b"bc");
    assert_eq!(buffer.initialized(), b"Xbcd");
    assert_eq!(buffer.initialize_unfilled_to(4), b"bcd\0");
    assert_eq!(buffer.initialize_unfilled(), b"bcd\0\0\0\0");
    assert_eq!(buffer.initialized().len(), 8);
    buffer.advance(3);
    assert_eq!(buffer.filled(), b"Xbcd");
    buffer.set_filled(2);
    assert_eq!(buffer.filled(), b"Xb");
}

#[test]
fn memory_with_values_is_initialized_from_the_start() {
    let mut memory = *b"abcd";
    let mut buffer = ReadBuf::new(&mut memory);
    assert_eq!(buffer.initialized(), b"abcd");
    buffer.advance(2);
    assert_eq!(buffer.filled(), b"ab");
    buffer.put_slice(b"XY");
    assert_eq!(buffer.initialize_unfilled(), b"");
    assert_eq!(&memory, b"abXY");
}

#[test]
fn a_part_is_filled_apart_and_then_told() {
    let mut memory = unwritten();
    let mut buffer = ReadBuf::uninit(&mut memory);
    buffer.put_slice(b"a");
    let mut part = buffer.take(3);
    assert_eq!(part.capacity(), 3);
    part.put_slice(b"bc");
    assert_eq!(buffer.filled(), b"a");
    // SAFETY: two bytes were put there.
    unsafe { buffer.assume_init(2) };
    buffer.advance(2);
    assert_eq!(buffer.filled(), b"abc");
    assert_eq!(buffer.take(100).capacity(), 5);
    // SAFETY: nothing was told that is less than what is known.
    unsafe { buffer.assume_init(0) };
    assert_eq!(buffer.initialized(), b"abc");
}

#[test]
fn memory_that_is_lent_is_written_in_place() {
    let mut memory = unwritten();
    let mut buffer = ReadBuf::uninit(&mut memory);
    buffer.put_slice(b"a");
    // SAFETY: values are written, and nothing else.
    unsafe {
        buffer.unfilled_mut()[0].write(b'b');
        buffer.inner_mut()[2].write(b'c');
        buffer.assume_init(2);
    }
    buffer.advance(2);
    assert_eq!(buffer.filled(), b"abc");
}

#[test]
fn it_takes_what_a_buf_mut_takes() {
    let mut memory = unwritten();
    let mut buffer = ReadBuf::uninit(&mut memory);
    buffer.put_u16(0x6162);
    buffer.put_bytes(b'z', 2);
    assert_eq!(buffer.remaining_mut(), 4);
    BufMut::put_slice(&mut buffer, b"end!");
    assert_eq!(buffer.filled(), b"abzzend!");
    assert!(!buffer.has_remaining_mut());
}

#[test]
fn it_shows_counts_and_no_bytes() {
    let mut memory = unwritten();
    let mut buffer = ReadBuf::uninit(&mut memory);
    buffer.initialize_unfilled_to(3);
    buffer.advance(1);
    assert_eq!(
        format!("{buffer:?}"),
        "ReadBuf { filled: 1, initialized: 3, capacity: 8 }"
    );
}

macro_rules! refused {
    ($($name:ident: |$buffer:ident| $call:expr, $words:literal;)+) => {$(
        #[test]
        #[should_panic(expected = $words)]
        fn $name() {
            let mut memory = unwritten();
            let mut $buffer = ReadBuf::uninit(&mut memory);
            $buffer.put_slice(b"abc");
            $call;
        }
    )+};
}

refused! {
    more_than_fits: |buffer| buffer.put_slice(b"defghi"), "`buf` has 6 bytes, and there is room for 5 more";
    more_room_than_there_is: |buffer| buffer.initialize_unfilled_to(6), "`n` is 6, and there is room for 5 more";
    filled_beyond_what_is_initialized: |buffer| buffer.set_filled(4), "4 bytes cannot be filled: 3 are initialized";
    advanced_beyond_what_is_initialized: |buffer| buffer.advance(1), "4 bytes cannot be filled: 3 are initialized";
    advanced_beyond_all_numbers: |buffer| buffer.advance(usize::MAX), "the number of filled bytes overflows";
}
