//! Refuses a push that brings commits which begin with `WIP` to the branch `main`. (One that an
//! earlier push brought to another branch is not new any more, and not looked at.) In Rust, without a
//! crate: what rcx/abi.h declares is written down here by hand, as far as it is used.
//!
//!     rustc --edition 2021 --crate-type cdylib -O -C strip=symbols no_wip.rs -o no_wip.so
//!
//! A cdylib exports what is `pub` and `#[no_mangle]`, here the entry, and nothing else: rustc hands the
//! linker a version script of its own. A second one, such as the SDK's plugin.map, is an error of ld.
#![allow(non_upper_case_globals)]

use std::ffi::c_void;
use std::mem::size_of;
use std::os::raw::c_char;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::{ptr, slice};

// ---- rcx/abi.h. Members keep their order, all of them up to the last one that is used. ----------

type Status = u32;
const OK: Status = 0;
const END: Status = 1;
const FAILED: Status = 2;
const UNAVAILABLE: Status = 6;

#[repr(C)]
#[derive(Clone, Copy)]
struct Bytes {
    data: *const c_char,
    size: u64,
}

impl Bytes {
    fn of(text: &str) -> Bytes {
        Bytes { data: text.as_ptr().cast(), size: text.len() as u64 }
    }
    /// `data` may be null where there is nothing, which a slice must not be.
    unsafe fn as_slice<'a>(self) -> &'a [u8] {
        if self.size == 0 {
            return &[];
        }
        slice::from_raw_parts(self.data.cast(), self.size as usize)
    }
}

#[repr(C)]
struct Host {
    size: u32,
    abi_minor: u32,
    version: Bytes,
    log: extern "C" fn(*const c_void, u32, Bytes),
    say: extern "C" fn(*const Call, Bytes) -> Status,
    reject: extern "C" fn(*const Call, Bytes) -> Status,
    reject_ref: extern "C" fn(*const Call, u64, Bytes) -> Status,
    fail: extern "C" fn(*const Call, Bytes),
    error: extern "C" fn(*const Call, *mut Bytes),
    remaining: extern "C" fn(*const Call) -> u64,
    cancelled: extern "C" fn(*const Call) -> u32,
    service: extern "C" fn(*const c_char) -> *const c_void,
}

#[repr(C)]
struct Call {
    size: u32,
    reserved: u32,
    host: *const Host,
}

#[repr(C)]
struct PrePush {
    size: u32,
    ref_stride: u32,
    event: *const c_void,
    refs: *const RefUpdate,
    ref_count: u64,
}

#[repr(C)]
struct RefUpdate {
    size: u32,
    kind: u32,
    change: u32,
    flags: u32,
    name: Bytes,
}

#[repr(C)]
struct Commit {
    size: u32,
    parent_stride: u32,
    index: u64,
    first_ref: u64,
    id: Bytes,
    parents: *const Bytes,
    parent_count: u64,
    author: *const c_void,
    committer: *const c_void,
    message: Bytes,
}

#[repr(C)]
struct Commits {
    size: u32,
    reserved: u32,
    get: extern "C" fn(*const Call, u64, *mut *const Commit) -> Status,
    change: *const c_void,
    reached_by: extern "C" fn(*const Call, *const Commit, u64, *mut u32) -> Status,
}

#[repr(C)]
struct Handler {
    size: u32,
    event: u32,
    actions: u32,
    delivery: u32,
    pre_push: extern "C" fn(*mut c_void, *const Call, *const PrePush) -> Status,
}

#[repr(C)]
pub struct Plugin {
    size: u32,
    magic: u32,
    abi_major: u32,
    abi_minor: u32,
    abi_required: u32,
    flags: u32,
    id: *const c_char,
    name: *const c_char,
    version: *const c_char,
    license: *const c_char,
    create: Option<extern "C" fn(*const Call, *mut *mut c_void) -> Status>,
    destroy: Option<extern "C" fn(*mut c_void)>,
    handlers: *const Handler,
    handler_count: u32,
    handler_stride: u32,
}
// Pointers are not Sync by themselves. These point at constants.
unsafe impl Sync for Plugin {}

// The host writes and reads these as a C compiler laid them out on a 64-bit machine.
const _: () = assert!(size_of::<Host>() == 96 && size_of::<Commits>() == 32);
const _: () = assert!(size_of::<Handler>() == 24 && size_of::<Plugin>() == 88);

// ---- The host, as this extension uses it --------------------------------------------------------

/// Why a handler could not do its work: the status it returns, after the reason was told.
struct Failure(Status);

impl Call {
    fn host(&self) -> &Host {
        unsafe { &*self.host }
    }
    fn check(&self, status: Status) -> Result<(), Failure> {
        if status == OK {
            return Ok(());
        }
        let mut reason = Bytes::of("");
        (self.host().error)(self, &mut reason);
        Err(self.failure(status, reason))
    }
    fn failure(&self, status: Status, reason: Bytes) -> Failure {
        (self.host().fail)(self, reason);
        Failure(status)
    }
    fn commits(&self) -> Result<&Commits, Failure> {
        let table = (self.host().service)(b"rcx.commits/1\0".as_ptr().cast()).cast::<Commits>();
        let missing = || self.failure(UNAVAILABLE, Bytes::of("this host has no rcx.commits/1"));
        unsafe { table.as_ref() }.ok_or_else(missing)
    }
}

/// The index of `refs/heads/main` in this push. Elements may be longer than we know, so it is the
/// stride that leads from one to the next.
unsafe fn place_of_main(push: &PrePush) -> Option<u64> {
    let start = push.refs.cast::<u8>();
    (0..push.ref_count).find(|index| {
        let update = start.add(*index as usize * push.ref_stride as usize).cast::<RefUpdate>();
        (*update).name.as_slice() == b"refs/heads/main"
    })
}

unsafe fn check(call: &Call, push: &PrePush) -> Result<(), Failure> {
    let main = match place_of_main(push) {
        Some(index) => index,
        None => return Ok(()),
    };
    let commits = call.commits()?;
    for index in 0.. {
        let mut raw: *const Commit = ptr::null();
        match (commits.get)(call, index, &mut raw) {
            END => break,
            status => call.check(status)?,
        }
        let commit = &*raw;
        let mut reached = 0;
        call.check((commits.reached_by)(call, commit, main, &mut reached))?;
        if reached == 1 && commit.message.as_slice().starts_with(b"WIP") {
            // Ids are text; a message is bytes, and what shows it must not expect UTF-8.
            let id = String::from_utf8_lossy(commit.id.as_slice());
            let reason = format!("commit {:.10} is work in progress", id);
            call.check((call.host().reject_ref)(call, main, Bytes::of(&reason)))?;
        }
    }
    Ok(())
}

/// The edge. A panic that left it would end the worker, and with it what others do there; so it
/// becomes a failure of this call. (Built with `-C panic=abort`, nothing is caught here, and the
/// host replaces the worker and names this extension.)
extern "C" fn before_push(_: *mut c_void, call: *const Call, push: *const PrePush) -> Status {
    let call = unsafe { &*call };
    match catch_unwind(AssertUnwindSafe(|| unsafe { check(call, &*push) })) {
        Ok(Ok(())) => OK,
        Ok(Err(Failure(status))) => status,
        Err(_) => call.failure(FAILED, Bytes::of("it panicked; the standard error of rcxd says where")).0,
    }
}

// ---- Who we are ---------------------------------------------------------------------------------

static HANDLERS: [Handler; 1] = [Handler {
    size: size_of::<Handler>() as u32,
    event: 1, // RCX_EVENT_PRE_PUSH
    actions: 0,
    delivery: 0,
    pre_push: before_push,
}];

#[no_mangle]
pub static rcx_plugin_entry: Plugin = Plugin {
    size: size_of::<Plugin>() as u32,
    magic: 0x5243_5831,
    abi_major: 1,
    abi_minor: 0,
    abi_required: 0,
    flags: 1, // RCX_CONCURRENT: there is nothing that two threads could share
    id: b"no_wip\0".as_ptr().cast(),
    name: b"No work in progress\0".as_ptr().cast(),
    version: b"1.0.0\0".as_ptr().cast(),
    license: b"MIT\0".as_ptr().cast(),
    create: None,
    destroy: None,
    handlers: &HANDLERS as *const Handler,
    handler_count: 1,
    handler_stride: size_of::<Handler>() as u32,
};
